//! The check of one chain, line by line, in constant memory: the same for a live database and for an exported bundle.
//!
//! What it cannot see by itself: whoever holds the signing key can write a whole chain anew and sign it, and whoever can
//! write to the database can take away the newest lines together with head and checkpoints, back to an older state. Both
//! come to light against a head that somebody [noted](Noted) elsewhere before: an earlier bundle, a printed report.

use serde::{Deserialize, Serialize};

use super::line::{Checkpoint, GENESIS, Head, Line, NotVouched, Withheld, hash};
use super::snapshot::Record;
use crate::id::{ControllerId, EventId};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// A column of the line was changed, or its place was.
    #[error("the line does not say what its hash was made of")]
    Altered,
    /// The line before was changed and hashed anew, or this one was put in.
    #[error("the line does not follow from the one before it")]
    Unlinked,
    /// One or more lines are gone.
    #[error("a line is missing here")]
    Missing,
    /// The line stands twice or too late.
    #[error("the line is out of order")]
    OutOfOrder,
    /// The line belongs to another controller's chain.
    #[error("the line belongs to another controller")]
    Foreign,
    /// The line is not of the form that lines have.
    #[error("the line cannot be read")]
    Unreadable,
    /// There are fewer lines than the head says.
    #[error("the chain ends before the head it had: its newest lines are gone")]
    Truncated,
    /// There are more lines than the head says.
    #[error("the chain goes on after its head: lines were put in")]
    PastHead,
    /// The head names another last line.
    #[error("the head of the chain names another last line")]
    WrongHead,
    /// There are lines, but no head.
    #[error("the head of the chain is gone")]
    NoHead,
    /// No checkpoint vouches for the head, although one is signed with every head.
    #[error("no checkpoint vouches for the head of the chain")]
    Unsigned,
    /// A checkpoint vouches for another line than the one that stands there.
    #[error("a checkpoint vouches for another line than this one")]
    Contradicted,
    /// A checkpoint vouches for a line that is not there.
    #[error("a checkpoint vouches for a line that is gone")]
    CheckpointPastEnd,
    /// A checkpoint's signature is not one of it.
    #[error("the signature of a checkpoint is forged")]
    Forged,
    /// A checkpoint was signed with another key.
    #[error("a checkpoint was signed with another key")]
    AnotherKey,
    /// The header of a bundle, which says where the chain ended, is not signed with the key.
    #[error("the header of the bundle is forged")]
    ForgedHeader,
    /// The chain is not the one that was noted elsewhere before.
    #[error("the chain is not the one that was noted before")]
    Rewritten,
}

/// The first thing found wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {seq}: {wrong}")]
pub struct Fault {
    /// Where: the place in the chain, from 1; 0 is the header of a bundle.
    pub seq: i64,
    /// The event that stands there, if one does; for a checkpoint, its own id.
    pub event: Option<EventId>,
    /// What.
    pub wrong: Wrong,
}

/// What the check of one chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    /// Whose chain it is.
    pub controller: ControllerId,
    /// How many lines were seen.
    pub linked: u64,
    /// How many of them are without their event: each has its place and is vouched for, whatever it says.
    pub withheld: u64,
    /// How many events wait to be linked: nothing vouches for these yet.
    pub unlinked: u64,
    /// How many checkpoints were seen.
    pub checkpoints: u64,
    /// Where the chain ends, to be noted elsewhere.
    pub head: Head,
    /// The first fault, if there is one.
    pub fault: Option<Fault>,
}

/// What the check of an installation, or of one bundle, found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Each chain, by controller.
    pub chains: Vec<ChainReport>,
}

impl Verification {
    /// Whether no chain has a fault.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.chains.iter().all(|chain| chain.fault.is_none())
    }
}

/// A chain's head as somebody noted it elsewhere before: the chain must still contain that line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Whose chain.
    pub controller: ControllerId,
    /// Its head then.
    pub head: Head,
}

impl From<&ChainReport> for Noted {
    fn from(report: &ChainReport) -> Self {
        Self { controller: report.controller, head: report.head.clone() }
    }
}

/// Checks one chain. Lines and checkpoints are fed by place, a checkpoint right after the line it vouches for.
#[derive(Debug)]
pub struct Auditor<'a> {
    public_key: &'a [u8],
    noted: Vec<&'a Head>,
    vouched: i64,
    report: ChainReport,
}

impl<'a> Auditor<'a> {
    /// Begins the check of a controller's chain, whose checkpoints are to be signed by the key behind `public_key`.
    #[must_use]
    pub fn new(controller: ControllerId, public_key: &'a [u8], noted: &'a [Noted]) -> Self {
        let report = ChainReport {
            controller,
            linked: 0,
            withheld: 0,
            unlinked: 0,
            checkpoints: 0,
            head: Head::genesis(),
            fault: None,
        };
        let noted = noted.iter().filter(|noted| noted.controller == controller).map(|noted| &noted.head).collect();
        Self { public_key, noted, vouched: 0, report }
    }

    /// What stands next in the chain.
    pub(super) fn hear(&mut self, record: &Record) {
        match record {
            Record::Line(line) => self.line(line),
            Record::Withheld(line) => self.withheld(line),
            Record::Checkpoint(checkpoint) => self.checkpoint(checkpoint),
            Record::UnreadableLine => {
                self.report.linked += 1;
                self.fault(self.report.head.seq + 1, None, Wrong::Unreadable);
            }
            Record::UnreadableCheckpoint => {
                self.report.checkpoints += 1;
                self.fault(self.report.head.seq, None, Wrong::Unreadable);
            }
        }
    }

    /// The header of the bundle that the chain stands in is not signed.
    pub(super) fn forged_header(&mut self) {
        self.fault(0, None, Wrong::ForgedHeader);
    }

    /// The next line.
    pub fn line(&mut self, line: &Line) {
        let wrong = if line.event.controller_id != self.report.controller {
            Some(Wrong::Foreign)
        } else if line.hash != line.event.hash(line.seq, &line.previous_hash) {
            Some(Wrong::Altered)
        } else {
            None
        };
        self.next(line.seq, &line.previous_hash, &line.hash, Some(line.event.id), wrong);
    }

    /// Takes a line in its place, with what is wrong with it by itself.
    fn next(&mut self, seq: i64, previous_hash: &str, hash: &str, event: Option<EventId>, by_itself: Option<Wrong>) {
        self.report.linked += 1;
        if self.report.fault.is_some() {
            return;
        }
        let Head { seq: last, hash: previous } = &self.report.head;
        let noted = self.noted.iter().find(|noted| noted.seq == seq);
        let wrong = if seq > last + 1 {
            let gap = last + 1;
            return self.fault(gap, None, Wrong::Missing);
        } else if seq <= *last {
            Some(Wrong::OutOfOrder)
        } else if by_itself.is_some() {
            by_itself
        } else if previous_hash != *previous {
            Some(Wrong::Unlinked)
        } else if noted.is_some_and(|noted| noted.hash != hash) {
            Some(Wrong::Rewritten)
        } else {
            None
        };
        match wrong {
            Some(wrong) => self.fault(seq, event, wrong),
            None => self.report.head = Head { seq, hash: hash.to_owned() },
        }
    }

    /// The next line, of which only the digest of its event is there.
    fn withheld(&mut self, line: &Withheld) {
        self.report.withheld += 1;
        let is_made_of = line.hash == hash(line.seq, &line.previous_hash, &line.digest);
        self.next(line.seq, &line.previous_hash, &line.hash, None, (!is_made_of).then_some(Wrong::Altered));
    }

    /// A checkpoint over the line just fed.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint) {
        self.report.checkpoints += 1;
        if self.report.fault.is_some() {
            return;
        }
        let signed = checkpoint.check(self.public_key);
        let wrong = match signed {
            Err(NotVouched::AnotherKey) => Wrong::AnotherKey,
            Err(NotVouched::Forged) => Wrong::Forged,
            Ok(()) if checkpoint.controller_id != self.report.controller => Wrong::Foreign,
            Ok(()) if checkpoint.seq > self.report.head.seq => Wrong::CheckpointPastEnd,
            Ok(()) if checkpoint.seq < self.report.head.seq => Wrong::OutOfOrder,
            Ok(()) if checkpoint.hash != self.report.head.hash => Wrong::Contradicted,
            Ok(()) => {
                self.vouched = checkpoint.seq;
                return;
            }
        };
        // What is gone begins right after the last line that is there.
        let seq = if wrong == Wrong::CheckpointPastEnd { self.report.head.seq + 1 } else { checkpoint.seq };
        self.fault(seq, Some(checkpoint.id), wrong);
    }

    /// The end of the chain, which ought to be at `head`; `unlinked` events wait to be linked.
    #[must_use]
    pub fn finish(mut self, head: Option<Head>, unlinked: u64) -> ChainReport {
        self.report.unlinked = unlinked;
        let Head { seq, hash } = self.report.head.clone();
        let rolled_back = self.noted.iter().any(|noted| noted.seq > seq);
        let wrong = match head {
            Some(head) if head.seq > seq => Some((seq + 1, Wrong::Truncated)),
            Some(head) if head.seq < seq => Some((head.seq + 1, Wrong::PastHead)),
            Some(head) if head.hash != hash => Some((seq, Wrong::WrongHead)),
            None if hash != GENESIS => Some((seq, Wrong::NoHead)),
            _ if self.vouched < seq => Some((seq, Wrong::Unsigned)),
            _ if rolled_back => Some((seq + 1, Wrong::Rewritten)),
            _ => None,
        };
        if let Some((at, wrong)) = wrong {
            self.fault(at, None, wrong);
        }
        self.report
    }

    fn fault(&mut self, seq: i64, event: Option<EventId>, wrong: Wrong) {
        self.report.fault.get_or_insert(Fault { seq, event, wrong });
    }
}
