//! The sample requests, as data: who asks for what, which fault belongs to it, what an officer does about it, and how it must
//! end.

/// Which controller a sample is filed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The one whose platform client may do everything.
    Telecom,
    /// The one whose platform client lacks `gdpr:request:add`.
    Insurance,
}

/// One sample request.
#[derive(Debug)]
pub struct Sample {
    /// Its number, as in the sandbox's table of people.
    pub number: u8,
    /// What it shows.
    pub shows: &'static str,
    /// Whose request it is.
    pub controller: For,
    /// What is asked for.
    pub right: &'static str,
    /// What is known of the person: kind and value.
    pub identifiers: &'static [(&'static str, &'static str)],
    /// What is to be corrected: kind, old, new.
    pub replacements: &'static [(&'static str, &'static str, &'static str)],
    /// What goes wrong on the platform for this person alone.
    pub faults: &'static [&'static str],
    /// What people do about it.
    pub script: Script,
    /// How it must end.
    pub end: End,
    /// What must be true besides.
    pub claims: &'static [Claim],
}

/// What people do about a sample, beside approving its plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Script {
    /// In doubt about whom it means: the records that hold this text are meant, the others are not.
    pub keep: Option<&'static str>,
    /// What is said of the identifiers that the plan would leave out for doubt.
    pub terms: Option<Say>,
    /// How often failed jobs are tried again.
    pub retries: u8,
}

/// What an officer says of an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// It is meant, although it is fuzzy.
    Include,
    /// It would reach others.
    LeaveOut,
}

/// How a sample must end.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// Closed with this outcome.
    Closed(&'static str),
    /// Executing, with this question open: only a person can go on.
    Waiting(&'static str),
}

/// What must be true besides the end. What is counted on the platform is counted by the sandbox, not by us.
#[derive(Clone, Copy, Debug)]
pub enum Claim {
    /// It waited for a person with this question first.
    Asked(&'static str),
    /// At least so many files came of it.
    Files(usize),
    /// Exactly so many jobs about subjects of this kind.
    Jobs(&'static str, usize),
    /// Exactly so many jobs that the platform itself made, and that were adopted.
    Siblings(usize),
    /// Of the contacts with this e-mail address only the canonical one was submitted by us, once.
    CanonicalOnly(&'static str),
    /// The trail holds an event of this kind.
    Event(&'static str),
    /// A record of this kind was set aside.
    SetAside(&'static str),
    /// An open question names this.
    Named(&'static str),
    /// Exactly so many records were found: none of the other organisation's namesakes among them.
    Found(usize),
    /// On the platform the first e-mail address has become the second.
    Corrected(&'static str, &'static str),
    /// On the platform no contact with this e-mail address is left.
    Gone(&'static str),
}

const NOTHING: Script = Script { keep: None, terms: None, retries: 0 };

const PLAIN: Sample = Sample {
    number: 0,
    shows: "",
    controller: For::Telecom,
    right: "access",
    identifiers: &[],
    replacements: &[],
    faults: &[],
    script: NOTHING,
    end: End::Closed("fulfilled"),
    claims: &[],
};

/// All of them.
pub const SAMPLES: [Sample; 16] = [
    Sample {
        number: 1,
        shows: "access by e-mail",
        identifiers: &[("email", "ada.access@example.com")],
        claims: &[Claim::Files(1), Claim::Found(1)],
        ..PLAIN
    },
    Sample {
        number: 2,
        shows: "erasure over a merge set of four",
        right: "erasure",
        identifiers: &[("email", "maya.okafor@example.com"), ("phone", "+13175550142"), ("name", "Maya Okafor")],
        script: Script { terms: Some(Say::Include), ..NOTHING },
        claims: &[
            Claim::Jobs("external_contact", 4),
            Claim::Siblings(3),
            Claim::CanonicalOnly("maya.okafor@example.com"),
            Claim::Gone("maya.okafor@example.com"),
        ],
        ..PLAIN
    },
    Sample {
        number: 3,
        shows: "rectification",
        right: "rectification",
        identifiers: &[("email", "old.mail@example.com")],
        replacements: &[("email", "old.mail@example.com", "new.mail@example.com")],
        claims: &[Claim::Corrected("old.mail@example.com", "new.mail@example.com")],
        ..PLAIN
    },
    Sample {
        number: 4,
        shows: "dialer contacts in two lists",
        identifiers: &[("phone", "+13175550160")],
        script: Script { keep: Some(""), terms: Some(Say::Include), ..NOTHING },
        claims: &[Claim::Jobs("dialer_contact", 2)],
        ..PLAIN
    },
    Sample {
        number: 5,
        shows: "user of a foreign division set aside",
        identifiers: &[("email", "sam.rivera@example.com")],
        script: Script { keep: Some(""), terms: Some(Say::LeaveOut), ..NOTHING },
        claims: &[Claim::SetAside("user"), Claim::Jobs("user", 0)],
        ..PLAIN
    },
    Sample {
        number: 6,
        shows: "a name that fits five people",
        identifiers: &[("name", "Alex Kim")],
        script: Script { keep: Some("alex.kim3@example.com"), terms: Some(Say::LeaveOut), ..NOTHING },
        claims: &[Claim::Asked("name_only_match"), Claim::Found(5), Claim::Jobs("external_contact", 1)],
        ..PLAIN
    },
    Sample {
        number: 7,
        shows: "a phone that two people share",
        identifiers: &[("phone", "+13175550170")],
        script: Script { keep: Some("pat.one@example.com"), terms: Some(Say::LeaveOut), ..NOTHING },
        claims: &[Claim::Asked("shared_identifier"), Claim::Jobs("external_contact", 1)],
        ..PLAIN
    },
    Sample {
        number: 8,
        shows: "nothing found",
        identifiers: &[("email", "nobody@example.com")],
        end: End::Closed("no_data_found"),
        claims: &[Claim::Found(0)],
        ..PLAIN
    },
    Sample {
        number: 9,
        shows: "a job that fails once",
        identifiers: &[("email", "erin.once@example.com")],
        faults: &["job-error:subject=erin.once@example.com,times=1"],
        script: Script { retries: 1, ..NOTHING },
        claims: &[Claim::Asked("job_failed"), Claim::Files(1)],
        ..PLAIN
    },
    Sample {
        number: 10,
        shows: "a job that fails for ever",
        identifiers: &[("email", "erin.forever@example.com")],
        faults: &["job-error:subject=erin.forever@example.com"],
        script: Script { retries: 1, ..NOTHING },
        end: End::Waiting("job_failed"),
        ..PLAIN
    },
    Sample {
        number: 11,
        shows: "an answer that is lost",
        identifiers: &[("email", "lou.lost@example.com")],
        faults: &["lost-answer:subject=lou.lost@example.com,route=submit_request,times=1"],
        claims: &[Claim::CanonicalOnly("lou.lost@example.com"), Claim::Event("job.adopted")],
        ..PLAIN
    },
    Sample {
        number: 12,
        shows: "a storm of 429",
        identifiers: &[("email", "stan.storm@example.com")],
        faults: &["rate-storm:subject=stan.storm@example.com,times=3,seconds=1"],
        claims: &[Claim::Files(1)],
        ..PLAIN
    },
    Sample {
        number: 13,
        shows: "all tokens revoked mid-run",
        identifiers: &[("email", "toni.token@example.com")],
        faults: &["revoke-tokens:subject=toni.token@example.com,route=submit_request,times=1"],
        claims: &[Claim::Files(1), Claim::CanonicalOnly("toni.token@example.com")],
        ..PLAIN
    },
    Sample {
        number: 14,
        shows: "an export in two parts",
        identifiers: &[("email", "tia.twoparts@example.com")],
        claims: &[Claim::Files(2)],
        ..PLAIN
    },
    Sample {
        number: 15,
        shows: "a missing permission",
        controller: For::Insurance,
        identifiers: &[("email", "mia.missing@example.com")],
        end: End::Waiting("missing_permission"),
        claims: &[Claim::Named("gdpr:request:add")],
        ..PLAIN
    },
    Sample {
        number: 16,
        shows: "kinds and statuses nobody knows yet",
        identifiers: &[("email", "uma.unknown@example.com")],
        faults: &["extra-enum:subject=uma.unknown@example.com"],
        script: Script { terms: Some(Say::Include), ..NOTHING },
        claims: &[Claim::Files(2)],
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn samples_are_numbered_and_share_nobody() {
        let mut values = BTreeSet::new();
        for (sample, number) in SAMPLES.iter().zip(1..) {
            assert_eq!(sample.number, number);
            assert!(!sample.identifiers.is_empty() && !sample.shows.is_empty());
            for (_, value) in sample.identifiers {
                assert!(values.insert(value), "{value} is in two samples");
            }
        }
    }

    #[test]
    fn every_fault_is_in_the_grammar_and_meant_for_the_samples_own_person() {
        for sample in &SAMPLES {
            for fault in sample.faults {
                let spec: ::sandbox::faults::FaultSpec = fault.parse().unwrap();
                let subject = spec.subject.unwrap();
                assert!(sample.identifiers.iter().any(|(_, value)| *value == subject), "sample {}", sample.number);
            }
        }
    }
}
