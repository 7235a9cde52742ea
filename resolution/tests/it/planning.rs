//! What a plan does, leaves out and asks, case by case.

use resolution::identifier::IdentifierKind::{self, *};
use resolution::plan::LeftOutReason as L;
use resolution::plan::UndecidedReason as U;
use resolution::plan::{Blast, CandidateInput, Choice, Plan, Right, SetAside, TermInput, plan};
use resolution::record::{MergeSet, RecordKey};
use rstest::rstest;

use Choice::{Included, LeftOut, Undecided};

fn contact(id: &str) -> CandidateInput {
    record(RecordKey::ExternalContact(id.into()))
}

fn record(key: RecordKey) -> CandidateInput {
    CandidateInput {
        key,
        choice: Undecided,
        certain: true,
        set_aside: None,
        merge_set: None,
        hit_by: Vec::new(),
        person: None,
    }
}

fn chosen(choice: Choice, candidate: CandidateInput) -> CandidateInput {
    CandidateInput { choice, certain: false, ..candidate }
}

fn aside(candidate: CandidateInput) -> CandidateInput {
    CandidateInput { set_aside: Some(SetAside::Foreign), ..candidate }
}

fn gone(candidate: CandidateInput) -> CandidateInput {
    CandidateInput { set_aside: Some(SetAside::Gone), ..candidate }
}

fn term(kind: IdentifierKind, value: &str, choice: Choice, people: usize) -> TermInput {
    TermInput { kind, value: value.into(), choice, hits: people, people, unknown: 0, searchable: true }
}

fn with_unknown(term: TermInput) -> TermInput {
    TermInput { unknown: 2, ..term }
}

fn unsearchable(term: TermInput) -> TermInput {
    TermInput { searchable: false, ..term }
}

fn set(canonical: &str, members: &[&str]) -> MergeSet {
    MergeSet { canonical: canonical.into(), members: members.iter().map(|&member| member.into()).collect() }
}

fn jobs(plan: &Plan) -> Vec<String> {
    plan.jobs.iter().map(|job| job.subject.text()).collect()
}

fn undecided(plan: &Plan) -> Vec<(usize, U)> {
    plan.undecided.iter().map(|undecided| (undecided.candidate, undecided.reason)).collect()
}

fn left_out(plan: &Plan) -> Vec<(String, L)> {
    plan.left_out.iter().map(|left_out| (left_out.subject.text(), left_out.reason)).collect()
}

#[test]
fn one_job_for_each_record_and_each_term_in_a_stable_order() {
    let candidates = [
        record(RecordKey::JourneyCustomer { kind: "cookie".into(), id: "j".into() }),
        record(RecordKey::DialerContact { list: "l".into(), id: "d".into() }),
        contact("c"),
        record(RecordKey::User("u".into())),
    ];
    let terms = [term(Phone, "+13175550142", Undecided, 1), term(Email, "maya@example.com", Undecided, 0)];
    let plan = plan(Right::Erasure, &terms, &candidates, &[]);
    assert_eq!(
        jobs(&plan),
        [
            "user:u",
            "external_contact:c",
            "dialer_contact:l/d",
            "journey_customer:cookie/j",
            "term:email:maya@example.com",
            "term:phone:+13175550142"
        ]
    );
    assert_eq!(
        plan.jobs.iter().map(|job| job.candidate).collect::<Vec<_>>(),
        [Some(3), Some(2), Some(1), Some(0), None, None]
    );
    assert_eq!(plan.jobs[4].term, Some(1));
    assert_eq!(plan.jobs[1].covers, ["c"]);
    assert!(plan.is_unambiguous() && !plan.needs_person());
    assert_eq!(plan.blast, Blast { people: 1, records: 4, terms: 2, merge_set_members: 0 });
}

#[test]
fn several_members_of_one_set_are_one_job_on_the_canonical() {
    let sets = [set("c", &["c", "b", "a"])];
    let candidates = [contact("b"), CandidateInput { merge_set: Some(0), ..contact("a") }];
    let plan = plan(Right::Erasure, &[], &candidates, &sets);
    assert_eq!(jobs(&plan), ["external_contact:c"]);
    assert_eq!(plan.jobs[0].covers, ["a", "b", "c"]);
    assert_eq!((plan.jobs[0].candidate, plan.jobs[0].merge_set), (Some(1), Some(0)));
    assert_eq!((plan.blast.records, plan.blast.merge_set_members), (2, 3));
}

#[test]
fn one_yes_or_one_certainty_is_enough_for_a_whole_set() {
    let sets = [set("c", &["a", "c"])];
    for sure in [contact("a"), chosen(Included, contact("a"))] {
        let plan = plan(Right::Access, &[], &[sure, chosen(Undecided, contact("c"))], &sets);
        assert_eq!(jobs(&plan), ["external_contact:c"]);
        assert!(!plan.needs_person());
    }
}

#[test]
fn what_is_not_certain_waits_for_a_person() {
    let plan = plan(Right::Access, &[], &[chosen(Undecided, contact("a"))], &[]);
    assert_eq!(jobs(&plan), [""; 0]);
    assert_eq!(undecided(&plan), [(0, U::NotCertain)]);
    assert!(plan.needs_person() && !plan.is_unambiguous());
}

#[test]
fn an_officers_word_outweighs_certainty() {
    let candidates = [chosen(Included, contact("a")), CandidateInput { choice: LeftOut, ..contact("b") }];
    let plan = plan(Right::Access, &[], &candidates, &[]);
    assert_eq!(jobs(&plan), ["external_contact:a"]);
    assert_eq!(left_out(&plan), [("external_contact:b".into(), L::OfficerChoice)]);
    assert!(plan.is_unambiguous(), "a decision is no doubt");
}

#[rstest]
#[case(chosen(Included, contact("a")), chosen(LeftOut, contact("b")))]
#[case(contact("a"), chosen(LeftOut, contact("c")))]
#[case(chosen(Included, contact("c")), aside(contact("a")))]
fn a_divided_set_is_a_question(#[case] one: CandidateInput, #[case] other: CandidateInput) {
    let plan = plan(Right::Erasure, &[], &[one, other], &[set("c", &["a", "b", "c"])]);
    assert_eq!(jobs(&plan), [""; 0]);
    assert_eq!(undecided(&plan), [(0, U::MergeSetDivided)]);
    assert_eq!(plan.left_out.len(), 1);
}

#[rstest]
#[case(Undecided)]
#[case(LeftOut)]
fn a_member_that_is_gone_divides_no_set(#[case] said: Choice) {
    let sets = [set("c", &["a", "b", "c"])];
    let hit = |candidate: CandidateInput| CandidateInput { hit_by: vec![0], ..candidate };
    let candidates = [hit(contact("c")), hit(gone(CandidateInput { choice: said, ..contact("a") }))];
    let terms = [term(Email, "maya@example.com", Undecided, 1)];
    let plan = plan(Right::Erasure, &terms, &candidates, &sets);
    assert_eq!(jobs(&plan), ["external_contact:c", "term:email:maya@example.com"]);
    assert_eq!(plan.jobs[0].covers, ["b", "c"]);
    assert_eq!(left_out(&plan), [("external_contact:a".into(), L::SetAside)]);
    assert!(plan.is_unambiguous(), "who is gone is one of hers, and reached by nothing");
}

#[test]
fn a_set_whose_head_is_gone_contradicts_itself() {
    let plan = plan(Right::Erasure, &[], &[contact("a"), gone(contact("c"))], &[set("c", &["a", "c"])]);
    assert!(plan.jobs.is_empty());
    assert_eq!(undecided(&plan), [(0, U::MergeSetContradicts)]);
}

#[test]
fn a_set_wholly_left_out_is_no_question() {
    let candidates = [chosen(LeftOut, contact("a")), chosen(LeftOut, contact("c"))];
    let plan = plan(Right::Erasure, &[], &candidates, &[set("c", &["a", "c"])]);
    assert!(plan.jobs.is_empty() && !plan.needs_person());
    assert_eq!(plan.left_out.len(), 2);
}

#[rstest]
#[case(&[set("b", &["a", "b"]), set("c", &["b", "c"])], None)]
#[case(&[set("c", &["a", "b"])], None)]
#[case(&[set("c", &["b", "c"])], Some(0))]
#[case(&[set("c", &["a", "c"]), set("d", &["d"])], Some(1))]
#[case(&[set("c", &["a", "c"])], Some(9))]
fn a_contradiction_holds_even_an_included_contact(#[case] sets: &[MergeSet], #[case] merge_set: Option<usize>) {
    let candidate = CandidateInput { merge_set, ..chosen(Included, contact("a")) };
    let plan = plan(Right::Erasure, &[], &[candidate], sets);
    assert_eq!(jobs(&plan), [""; 0]);
    assert_eq!(undecided(&plan), [(0, U::MergeSetContradicts)]);
    assert!(!plan.is_unambiguous());
}

#[test]
fn the_same_record_twice_is_one_job_and_two_answers_are_a_question() {
    let twice = plan(Right::Access, &[], &[contact("a"), contact("a")], &[]);
    assert_eq!(jobs(&twice), ["external_contact:a"]);
    assert_eq!(twice.blast.records, 1);
    let torn = plan(Right::Access, &[], &[chosen(Included, contact("a")), chosen(LeftOut, contact("a"))], &[]);
    assert_eq!(undecided(&torn), [(0, U::MergeSetDivided)]);
}

#[test]
fn set_aside_beats_included() {
    let plan = plan(Right::Access, &[], &[aside(chosen(Included, record(RecordKey::User("u".into()))))], &[]);
    assert_eq!(left_out(&plan), [("user:u".into(), L::SetAside)]);
    assert!(plan.jobs.is_empty() && plan.is_unambiguous());
}

#[test]
fn a_term_is_no_record() {
    let key = RecordKey::Term { kind: Name, value: "Maya Okafor".into() };
    let plan = plan(Right::Erasure, &[], &[chosen(Included, record(key))], &[]);
    assert!(plan.jobs.is_empty());
    assert_eq!(left_out(&plan), [("term:name:Maya Okafor".into(), L::NotARecord)]);
}

#[rstest]
#[case(term(Email, "v", Undecided, 0), None)]
#[case(term(Email, "v", Undecided, 1), None)]
#[case(term(Email, "v", Undecided, 2), Some(L::Shared))]
#[case(term(Email, "v", Included, 2), None)]
#[case(term(Email, "v", LeftOut, 1), Some(L::OfficerChoice))]
#[case(term(Name, "v", Undecided, 1), Some(L::Fuzzy))]
#[case(term(Name, "v", Undecided, 0), Some(L::Fuzzy))]
#[case(term(Name, "v", Included, 3), None)]
#[case(term(Address, "v", Undecided, 1), Some(L::Fuzzy))]
#[case(term(Address, "v", LeftOut, 1), Some(L::OfficerChoice))]
#[case(term(ExternalId, "v", Undecided, 1), None)]
#[case(term(Whatsapp, "v", Undecided, 0), None)]
#[case(with_unknown(term(Email, "v", Undecided, 1)), Some(L::UnknownRecords))]
#[case(with_unknown(term(Email, "v", Included, 1)), None)]
#[case(with_unknown(term(Email, "v", LeftOut, 1)), Some(L::OfficerChoice))]
#[case(unsearchable(term(Whatsapp, "v", Undecided, 0)), Some(L::NotSearchable))]
#[case(unsearchable(term(Whatsapp, "v", Included, 0)), None)]
#[case(unsearchable(term(Whatsapp, "v", LeftOut, 0)), Some(L::OfficerChoice))]
#[case(term(UserId, "v", Undecided, 0), Some(L::NoRecord))]
#[case(term(ExternalContactId, "v", Included, 0), Some(L::NoRecord))]
fn a_term_acts_or_says_why_not(
    #[case] term: TermInput,
    #[case] reason: Option<L>,
    #[values(Right::Access, Right::Erasure, Right::Rectification)] right: Right,
) {
    let plan = plan(right, std::slice::from_ref(&term), &[], &[]);
    assert_eq!(plan.left_out.first().map(|left_out| left_out.reason), reason);
    assert_eq!(plan.jobs.len(), usize::from(reason.is_none()));
    let is_sure = reason.is_none_or(|reason| reason == L::OfficerChoice) && plan.blast.people <= 1;
    assert_eq!(plan.is_unambiguous(), is_sure);
    assert_eq!(plan.right, right);
}

#[test]
fn an_id_is_answered_by_its_record() {
    let plan = plan(Right::Access, &[term(ExternalContactId, "a", Undecided, 1)], &[contact("a")], &[]);
    assert_eq!(jobs(&plan), ["external_contact:a"]);
    assert!(plan.is_unambiguous());
}

#[rstest]
#[case(chosen(LeftOut, contact("b")))]
#[case(aside(contact("b")))]
#[case(gone(contact("b")))]
fn a_term_that_finds_what_is_left_out_needs_its_own_yes(#[case] unwanted: CandidateInput) {
    let unwanted = [CandidateInput { hit_by: vec![0], ..unwanted }];
    let silent = plan(Right::Erasure, &[term(Phone, "+13175550142", Undecided, 1)], &unwanted, &[]);
    assert!(silent.jobs.is_empty());
    assert!(left_out(&silent).contains(&("term:phone:+13175550142".into(), L::ReachesOthers)));
    let agreed = plan(Right::Erasure, &[term(Phone, "+13175550142", Included, 1)], &unwanted, &[]);
    assert_eq!(jobs(&agreed), ["term:phone:+13175550142"]);
}

#[test]
fn an_identifier_given_twice_is_one_job_and_the_stricter_word_holds() {
    let twice = [term(Email, "v", Undecided, 1), term(Email, "v", Included, 1)];
    assert_eq!(plan(Right::Access, &twice, &[], &[]).jobs.len(), 1);
    let torn = [term(Email, "v", Included, 1), term(Email, "v", LeftOut, 1)];
    assert!(plan(Right::Access, &torn, &[], &[]).jobs.is_empty());
}

#[test]
fn the_blast_counts_the_people_of_records_or_of_the_most_shared_term() {
    let person = |id: &str, person| CandidateInput { person: Some(person), ..chosen(Included, contact(id)) };
    let candidates = [person("a", 0), person("b", 0), person("c", 4)];
    let two = plan(Right::Access, &[], &candidates, &[]);
    assert_eq!(two.blast.people, 2);
    assert!(!two.needs_person() && !two.is_unambiguous(), "all is decided, but no policy releases two people");
    assert!(plan(Right::Access, &[], &candidates[..2], &[]).is_unambiguous());
    let shared = [term(Phone, "v", Included, 5)];
    assert_eq!(plan(Right::Access, &shared, &candidates, &[]).blast.people, 5);
}

#[test]
fn the_written_plan_is_stable() {
    let sets = [set("c", &["a", "c"])];
    let terms = [term(Name, "Maya Okafor", Undecided, 1), term(Email, "maya@example.com", Undecided, 1)];
    let written = serde_json::to_string(&plan(Right::Erasure, &terms, &[contact("a")], &sets)).unwrap();
    assert_eq!(
        written,
        r#"{"right":"erasure","jobs":[{"subject":"external_contact:c","covers":["a","c"]},{"subject":"term:email:maya@example.com","covers":[]}],"left_out":[{"subject":"term:name:Maya Okafor","reason":"fuzzy"}],"undecided":[],"contradictions":[],"blast":{"people":1,"records":1,"terms":1,"merge_set_members":2}}"#
    );
}

#[test]
fn neither_terms_nor_plans_show_values_when_debugged() {
    let terms = [term(Email, "secretive@example.com", Undecided, 1), term(Name, "secretive", Undecided, 1)];
    let plan = plan(Right::Access, &terms, &[], &[]);
    assert!(!format!("{terms:?} {plan:?}").contains("secretive"));
}
