//! Decisions that the rules do not allow as things stand.

use serde_json::json;

use super::row::Row;
use super::world::World;

pub fn rows(world: &World) -> Vec<Row> {
    [moves(world), time(world), choices(world), jobs(world), versions(world), looks(world), letters(world), work(world)]
        .into_iter()
        .flatten()
        .collect()
}

fn moves(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let (none, reason) = (json!({}), json!({ "reason": "as agreed" }));
    let plan = json!({ "plan": "zzyzx" });
    let (method, refusal) = (json!({ "method": "document" }), json!({ "code": "spam", "reason": "as agreed" }));
    let decide = |name: &str, request: &str, verb: &str| {
        let body = match verb {
            "verify" => &method,
            "approve" => &plan,
            "refuse" => &refusal,
            "hold" | "withdraw" | "accept" | "resolve-anew" => &reason,
            _ => &none,
        };
        world.decide(name, request, verb, body).by(&world.callers.approver)
    };
    let four_eyes = decide("approve one's own erasure", &at.erasure, "approve").by(&world.callers.filer);
    let unverified = json!({ "code": "not_verified", "reason": "as agreed" });
    let both = world.decide("narrow what another law wants whole", &at.two_laws, "refuse", &unverified);
    let mut rows = vec![
        both.by(&world.callers.approver).is(409, "laws_differ"),
        four_eyes.is(409, "four_eyes"),
        decide("approve a plan that is not the one", &at.reviewing, "approve").is(409, "plan_changed"),
        decide("approve five people", &at.undecided, "approve").is(409, "undecided"),
        decide("approve what is on hold", &at.held, "approve").is(409, "on_hold"),
        decide("hold what is on hold", &at.held, "hold").is(409, "on_hold"),
        decide("hold what is closed", &at.closed, "hold").is(409, "closed"),
    ];
    for (name, request) in [("verifying", &at.verifying), ("reviewing", &at.reviewing), ("closed", &at.closed)] {
        rows.push(decide(&format!("release what is {name}"), request, "release").is(409, "not_on_hold"));
        rows.push(decide(&format!("retry what is {name}"), request, "retry").is(409, "nothing_parked"));
        rows.push(decide(&format!("accept what is {name}"), request, "accept").is(409, "nothing_remains"));
    }
    for (name, request, verbs) in [
        ("verifying", &at.verifying, &["approve", "resolve-anew"][..]),
        ("resolving", &at.resolving, &["verify", "approve", "resolve-anew"]),
        ("reviewing", &at.reviewing, &["verify"]),
        ("executing", &at.executing, &["verify", "approve", "refuse", "withdraw", "resolve-anew"]),
        ("closed", &at.closed, &["verify", "approve", "refuse", "withdraw", "resolve-anew"]),
    ] {
        for verb in verbs {
            rows.push(decide(&format!("{verb} what is {name}"), request, verb).is(409, "invalid_transition"));
        }
    }
    rows
}

/// Questions to the person, more time, appeals.
fn time(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let ask = |kind: &str| json!({ "kind": kind, "words": "which years?" });
    let (extend, announce) = (json!({ "code": "complexity", "reason": "as agreed" }), json!({ "means": "letter" }));
    let (answer, ruling) = (json!({ "kind": "fee" }), json!({ "decision": "denied", "reason": "as agreed" }));
    let decide = |name: &str, request: &str, verb: &str, body: &serde_json::Value| {
        world.decide(name, request, verb, body).by(&world.callers.approver)
    };
    let future = json!({ "kind": "clarification", "answered_at": "2100-01-01T00:00:00Z" });
    let ancient = json!({ "means": "letter", "sent_at": "1999-01-01T00:00:00Z" });
    let quebec_day = json!({ "code": "other", "reason": "as agreed", "until": "2100-01-01" });
    let dry = |verb: &str| format!("{verb}?dry_run=true");
    vec![
        decide("ask what is being asked", &at.asked, "ask", &ask("clarification")).is(409, "inquiry_open"),
        decide("ask what is closed", &at.closed, "ask", &ask("clarification")).is(409, "closed"),
        decide("ask an opt-out for proof", &at.opt_out, "ask", &ask("identity")).is(409, "proof_not_allowed"),
        decide("answer what was not asked", &at.asked, "answer", &answer).is(409, "no_inquiry"),
        decide("answer tomorrow", &at.asked, "answer", &future).field("answered_at", "in_the_future"),
        decide("extend twice", &at.asked, "extend", &extend).is(409, "extended_already"),
        decide("extend too late", &at.late, "extend", &extend).is(409, "extension_too_late"),
        decide("extend where no law does", &at.quebec, "extend", &quebec_day).is(409, "no_extension"),
        decide("extend what is closed", &at.closed, "extend", &extend).is(409, "closed"),
        decide("announce what was not extended", &at.verifying, "announce", &announce).is(409, "not_extended"),
        decide("announce before receipt", &at.asked, "announce", &ancient).field("sent_at", "before_receipt"),
        decide("acknowledge where nothing is due", &at.verifying, "acknowledge", &json!({})).is(409, "not_due"),
        decide("complete what machines do", &at.executing, "complete", &json!({ "note": "as agreed" }))
            .is(409, "nothing_to_complete"),
        decide("appeal against what runs", &at.verifying, "appeal", &json!({})).is(409, "not_refused"),
        decide("appeal against a success", &at.closed, "appeal", &json!({})).is(409, "not_refused"),
        decide("appeal twice", &at.appealed, "appeal", &json!({})).is(409, "appealed_already"),
        decide("appeal where no law has it", &at.refused, "appeal", &json!({})).is(409, "no_appeal"),
        decide("extend no appeal", &at.refused, "extend-appeal", &json!({ "reason": "as agreed" }))
            .is(409, "no_appeal_waits"),
        decide("decide no appeal", &at.refused, "decide-appeal", &ruling).is(409, "no_appeal_waits"),
        decide("recompute what is closed", &at.closed, "recompute", &json!({ "reason": "as agreed" }))
            .is(409, "closed"),
        decide("try out a second extension", &at.asked, &dry("extend"), &extend).is(409, "extended_already"),
        decide("try out a second appeal", &at.appealed, &dry("appeal"), &json!({})).is(409, "appealed_already"),
    ]
}

/// Letters of a controller that has none written.
fn letters(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let (letter, record) = (at.reviewing.clone(), "letters/record");
    let kind = json!({ "kind": "acknowledgement" });
    let early = json!({ "kind": "answer_access", "means": "post" });
    let another = json!({ "kind": "answer_erasure", "means": "post" });
    vec![
        world.decide("a letter where none are written", &letter, "letters", &kind).is(409, "no_letters"),
        world.decide("no address at all", &letter, "address", &json!({})).field("address", "nothing_to_do"),
        world
            .decide("two addresses", &letter, "address", &json!({ "address": "a@zzyzx.example, b@zzyzx.example" }))
            .field("address", "not_an_address"),
        world.decide("an address after the end", &at.closed, "address", &json!({ "vouched": true })).is(409, "closed"),
        world.decide("an answer before the work", &letter, record, &early).is(409, "not_answering"),
        world.decide("the answer to something else", &letter, record, &another).field("kind", "another_answer"),
    ]
}

/// Notes, tasks, and who has a request.
fn work(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let task = |until: &str| json!({ "kind": "check", "words": "as agreed", "until": until });
    let stranger = json!({ "to": uuid::Uuid::now_v7().to_string() });
    let whose = json!({ "kind": "check", "words": "as agreed", "assignee": "zzyzx" });
    vec![
        world
            .decide(
                "take back what nobody handed over",
                &at.closed,
                &format!("artifacts/{}/take-back", at.artifact),
                &json!({}),
            )
            .is(409, "not_handed_over"),
        world.decide("give back what nobody has", &at.reviewing, "assign", &json!({})).is(409, "assigned_already"),
        world.decide("give to a stranger", &at.reviewing, "assign", &stranger).field("to", "not_an_officer_here"),
        world.decide("give to a name", &at.reviewing, "assign", &json!({ "to": "zzyzx" })).field("to", "not_an_id"),
        world.decide("note nothing", &at.reviewing, "notes", &json!({ "words": " " })).field("words", "empty"),
        world.decide("note on what is erased", &at.erased, "notes", &json!({ "words": "as agreed" })).is(410, "erased"),
        world.decide("a task for yesterday", &at.reviewing, "tasks", &task("1999-01-01")).field("until", "in_the_past"),
        world.decide("a task for no day", &at.reviewing, "tasks", &task("soon")).field("until", "not_a_day"),
        world.decide("a task for a name", &at.reviewing, "tasks", &whose).field("assignee", "not_an_id"),
        world
            .decide("a task of no kind", &at.reviewing, "tasks", &json!({ "kind": "zzyzx", "words": "as agreed" }))
            .field("kind", "unknown_task_kind"),
        world.decide("end what is no task", &at.reviewing, "tasks/zzyzx/done", &json!({})).is(404, "not_found"),
    ]
}

fn choices(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let reason = json!({ "reason": "as agreed" });
    let choose = |name: &str, request: &str, what: &str| world.decide(name, request, what, &reason);
    let candidate = format!("candidates/{}/include", at.set_aside);
    let leave = format!("candidates/{}/leave-out", at.set_aside);
    let identifier = format!("identifiers/{}/include", at.user_id);
    vec![
        choose("include what is set aside", &at.reviewing, &candidate).is(409, "set_aside"),
        choose("include what is no term", &at.reviewing, &identifier).is(409, "not_a_term"),
        choose("leave out what is no term", &at.reviewing, &identifier.replace("include", "leave-out"))
            .is(409, "not_a_term"),
        choose("include before it is resolved", &at.resolving, &candidate).is(409, "not_reviewing"),
        choose("leave out after the end", &at.closed, &leave).is(409, "not_reviewing"),
        choose("another request's candidate", &at.undecided, &candidate).is(404, "not_found"),
        choose("another request's identifier", &at.undecided, &identifier).is(404, "not_found"),
        choose("a candidate that is none", &at.reviewing, "candidates/zzyzx/include").is(404, "not_found"),
        choose("an identifier for a candidate", &at.reviewing, &format!("candidates/{}/include", at.user_id))
            .is(404, "not_found"),
        world
            .decide("include without a reason", &at.reviewing, &candidate, &json!({}))
            .is(422, "missing_field")
            .at("reason"),
        world
            .decide("include for no reason", &at.reviewing, &candidate, &json!({ "reason": "" }))
            .field("reason", "empty"),
    ]
}

fn jobs(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let reason = json!({ "reason": "as agreed" });
    let job = |verb: &str| format!("jobs/{}/{verb}", at.job);
    vec![
        world.decide("retry what completed", &at.closed, &job("retry"), &json!({})).is(409, "invalid_transition"),
        world.decide("abandon what completed", &at.closed, &job("abandon"), &reason).is(409, "not_executing"),
        world.decide("abandon before there are jobs", &at.reviewing, &job("abandon"), &reason).is(409, "not_executing"),
        world.decide("retry another request's job", &at.executing, &job("retry"), &json!({})).is(404, "not_found"),
        world.decide("abandon another request's job", &at.executing, &job("abandon"), &reason).is(404, "not_found"),
        world.decide("retry a job that is none", &at.executing, "jobs/zzyzx/retry", &json!({})).is(404, "not_found"),
        world
            .decide("abandon for no reason", &at.executing, &job("abandon"), &json!({}))
            .is(422, "missing_field")
            .at("reason"),
    ]
}

fn versions(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let hold = |tag: &str| {
        let row = world.decide(format!("hold at {tag}"), &at.verifying, "hold", &json!({ "reason": "as agreed" }));
        row.header("If-Match", tag)
    };
    let stale =
        ["\"999\"", "W/\"1\"", "\"01\"", "\"\"", "\"zzyzx\"", "\"998\", \"999\"", "\"-1\"", "\"18446744073709551616\""];
    let malformed =
        ["1", "zzyzx", "\"1", "1\"", "'1'", "\"1\" \"2\"", "*, \"1\"", "w/\"1\"", "W/1", "", ",", "\"z y\""];
    let mut rows: Vec<_> = stale.iter().map(|tag| hold(tag).is(412, "stale")).collect();
    rows.extend(malformed.iter().map(|tag| hold(tag).is(400, "invalid_if_match")));
    rows.push(hold("\"1\"").header("If-Match", "zzyzx").is(400, "invalid_if_match"));
    let any = world.decide("hold at * what is closed", &at.closed, "hold", &json!({ "reason": "as agreed" }));
    rows.push(any.header("If-Match", "*").is(409, "closed"));
    let nothing = world.decide(
        "hold at 1 what is not there",
        &uuid::Uuid::now_v7().to_string(),
        "hold",
        &json!({ "reason": "x" }),
    );
    rows.push(nothing.header("If-Match", "\"1\"").is(404, "not_found"));
    rows
}

fn looks(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let look = |name: &str, request: &str, part: &str| world.get(name, format!("/api/v1/requests/{request}/{part}"));
    vec![
        look("a plan before it is drawn", &at.resolving, "plan").is(409, "not_resolved"),
        look("a plan before anybody is known", &at.verifying, "plan").is(409, "not_resolved"),
        look("a plan without its key", &at.erased, "plan").is(410, "erased"),
        look("identifiers without their key", &at.erased, "identifiers?reveal=audit").is(410, "erased"),
        look("events without their key", &at.erased, "events?reveal=audit").is(410, "erased"),
    ]
}
