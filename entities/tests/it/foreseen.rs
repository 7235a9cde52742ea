//! What is foreseen of one decision about several requests is what comes of it for each.

use entities::extension::table::ExtensionReason;
use entities::id::RequestId;
use entities::letter::kind::LetterKind;
use entities::request::decide::{Case, Joint, NotDecided, foresee};
use entities::request::file::NewRequest;
use entities::request::queries::by_id;
use entities::request::right::Right;
use entities::request::table::Model as Request;
use entities::time::At;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::notices::{Desk, at};
use crate::world::new_request;

const JOINT: [Joint; 4] = [Joint::Hold, Joint::Release, Joint::Acknowledge, Joint::Extend];

impl Desk {
    async fn extend(&self, id: RequestId) {
        let why = ExtensionReason::Complexity;
        self.decide(id, async |case| case.extend(why, "eleven mailboxes", None).await).await.unwrap();
    }

    /// One request for each way that it can stand to such a decision.
    async fn several(&self) -> Vec<Request> {
        let law = "eu_gdpr";
        let late = self.file(law, Right::Access, "2026-10-01T09:00:00Z").await;
        let mut all = vec![late];
        for _ in 0..6 {
            all.push(self.file(law, Right::Erasure, "2026-11-02T09:00:00Z").await);
        }
        for _ in 0..2 {
            // Under Californian law the receipt is confirmed (11 CCR § 7021(a)); under the GDPR nothing of the kind is due.
            let others = vec!["us_ca_ccpa".parse().unwrap()];
            let new = NewRequest { other_regimes: others, ..new_request(Right::Access, at("2026-11-03T09:00:00Z")) };
            all.push(self.world.file_new(&self.controller, new).await.id);
        }
        let [_, _, _, held, refused, extended, announced, _, told] = all[..] else { panic!("there are nine") };
        self.it_is("2026-11-10T09:00:00Z");
        self.decide(held, async |case| case.hold("wait").await).await.unwrap();
        self.decide(refused, async |case| case.refuse("excessive", None, "the tenth").await).await.unwrap();
        let sent = at("2026-11-10T09:00:00Z");
        self.decide(told, async |case| case.acknowledge(sent).await).await.unwrap();
        self.extend(extended).await;
        self.extend(announced).await;
        self.decide(announced, async |case| case.announce(sent, "post").await).await.unwrap();
        self.it_is("2026-11-20T09:00:00Z");
        let mut rows = Vec::new();
        for id in all {
            rows.push(by_id(self.world.store.db.read(), &self.officer.reach, id).await.unwrap().unwrap());
        }
        rows
    }

    /// What comes of it for one: by when it has to be answered then. It is taken back.
    async fn comes(&self, what: Joint, id: RequestId) -> Result<At, NotDecided> {
        let (store, by, now) = (&self.world.store, &self.officer, self.world.now());
        let txn = self.world.begin().await;
        let case = Case::open(&txn, store, by, id, None).await?;
        let row = match what {
            Joint::Hold => case.hold("wait").await?,
            Joint::Release => case.release().await?,
            Joint::Acknowledge => case.acknowledge(now).await?,
            Joint::Extend => {
                case.extend(ExtensionReason::Complexity, "eleven mailboxes", None).await?;
                Case::open(&txn, store, by, id, None).await?.announce(now, "post").await?
            }
        };
        txn.rollback().await.unwrap();
        Ok(row.cautious_at)
    }
}

#[rstest]
#[tokio::test]
async fn what_is_foreseen_of_one_decision_about_several_is_what_comes_of_it(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::berlin(on).await;
    let rows = desk.several().await;
    for what in JOINT {
        let foreseen = foresee(desk.world.store.db.read(), desk.world.now(), what, &rows).await.unwrap();
        assert_eq!(foreseen.len(), rows.len());
        let (mut able, mut unable) = (0, 0);
        for (row, foreseen) in rows.iter().zip(foreseen) {
            match (foreseen, desk.comes(what, row.id).await) {
                (Ok(foreseen), Ok(answer_by)) => {
                    assert_eq!(foreseen.answer_by.unwrap_or(row.cautious_at), answer_by, "{what:?}");
                    assert_eq!(foreseen.answer_by.is_some(), what == Joint::Extend && answer_by != row.cautious_at);
                    assert_eq!(foreseen.letter, (what == Joint::Extend).then_some(LetterKind::Extension));
                    able += 1;
                }
                (Err(foreseen), Err(why)) => {
                    assert_eq!(foreseen.to_string(), why.to_string(), "{what:?}");
                    unable += 1;
                }
                (foreseen, came) => panic!("{what:?}: {foreseen:?} was foreseen, {came:?} came"),
            }
        }
        assert!(able > 0 && unable > 0, "{what:?} is possible for some and not for others");
    }
    assert!(foresee(desk.world.store.db.read(), desk.world.now(), Joint::Extend, &[]).await.unwrap().is_empty());
}
