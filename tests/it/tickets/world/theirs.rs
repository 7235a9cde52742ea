//! What the ticketing system has and does: its calls, its tickets, what was written to it, its faults.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{PUBLIC, World};
use crate::tickets::sign::Call;
use crate::tickets::systems::standard_call;

impl World {
    /// Content type and body of what it would send about the ticket as it stands.
    pub async fn call(&self) -> (String, String) {
        let json = |body: String| ("application/json".to_owned(), body);
        match self.system.slug {
            "standard" => json(standard_call("zoe.l@example.com", "erasure", "2026-03-02T09:14:55Z")),
            "salesforce-apex" => {
                let ticket = self.desk().await;
                let mut case = ticket["native"].clone();
                let changed = Timestamp::from_millisecond(ticket["updated_ms"].as_i64().unwrap()).unwrap();
                case["Id"] = json!(self.system.ticket);
                case["LastModifiedById"] = json!(self.system.actor);
                case["SystemModstamp"] = json!(changed.to_string());
                json(json!({ "case": case }).to_string())
            }
            _ => {
                let ticket = encoded(self.system.ticket);
                let call = self.look(&format!("calls/{}/{ticket}", self.system.kind)).await;
                let text = |name: &str| call[name].as_str().unwrap().to_owned();
                (text("content_type"), text("body"))
            }
        }
    }

    /// Sends this, signed with the secret of now. The status.
    pub async fn send(&self, call: &(String, String)) -> u16 {
        self.send_by(self.system.secret, "delivery-1", call).await
    }

    /// Sends this under an id and signed with a secret. The status.
    pub async fn send_by(&self, secret: &str, id: &str, (content_type, body): &(String, String)) -> u16 {
        let in_the_address = self.system.slug == "salesforce";
        let path = match in_the_address {
            true => format!("/webhooks/{}/{secret}", self.system.slug),
            false => format!("/webhooks/{}", self.system.slug),
        };
        let url = format!("{PUBLIC}{path}");
        let call = Call { url: &url, secret, now: self.store.now(), body, id };
        let send = self.http.post(format!("http://{}{path}", self.address)).header("Content-Type", content_type);
        let signed = (self.system.sign)(&call).into_iter().fold(send, |send, (name, value)| send.header(name, value));
        let answer = signed.body(body.clone()).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        if in_the_address && status == 200 {
            assert!(text.contains("<Ack>true</Ack>"), "{text}");
            return 202;
        }
        status
    }

    /// Sends what the system would, and sees it accepted.
    pub async fn tell(&self) {
        assert_eq!(self.send(&self.call().await).await, 202, "{}", self.name());
    }

    /// The ticket as the stand-in has it.
    pub async fn desk(&self) -> Value {
        self.look(&format!("tickets/{}", self.system.kind)).await[self.system.ticket].clone()
    }

    /// What the ticket's field shows.
    pub async fn field(&self) -> Value {
        self.desk().await["native"].pointer(self.system.field.1).cloned().unwrap_or_default()
    }

    /// What it should show for a word.
    pub fn shown(&self, word: &str) -> Value {
        let family = if self.system.kind == "github" { self.system.field.0 } else { "" };
        json!(format!("{family}{word}"))
    }

    /// Everything that was written to the system: what, its value, and whether the requester sees it.
    pub async fn written(&self) -> Vec<(String, String, bool)> {
        let writes = self.look("writes").await;
        let own = writes.as_array().unwrap().iter().filter(|it| it["system"] == self.system.kind);
        let row = |it: &Value| (it["what"].as_str().unwrap().to_owned(), it["value"].to_string(), it["public"] == true);
        own.map(row).collect()
    }

    /// The comments among that.
    pub async fn comments(&self) -> Vec<String> {
        self.written().await.into_iter().filter(|(what, ..)| what == "comment").map(|(_, text, _)| text).collect()
    }

    pub async fn calls(&self) -> u64 {
        self.look("counters").await[self.system.kind].as_u64().unwrap()
    }

    pub async fn put(&self, change: &Value) {
        self.put_at(self.system.ticket, change).await;
    }

    /// The same for another ticket, which is made if there is none.
    pub async fn put_at(&self, ticket: &str, change: &Value) {
        let url = self.url(&format!("tickets/{}/{}", self.system.kind, encoded(ticket)));
        let answer = self.http.put(url).json(change).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{change}");
    }

    /// Somebody writes another text in place of one wherever it stands in the ticket, at this instant.
    pub async fn rewrite(&self, from: &str, to: &str, updated: &str) {
        let native = self.desk().await["native"].to_string();
        assert!(native.contains(from), "{}: {native}", self.name());
        let native: Value = serde_json::from_str(&native.replace(from, to)).unwrap();
        self.put(&json!({ "native": native, "updated": updated })).await;
    }

    /// Somebody changes the ticket by hand, at this instant.
    pub async fn edit(&self, updated: &str, change: impl FnOnce(&mut Value)) {
        let mut native = self.desk().await["native"].clone();
        change(&mut native);
        self.put(&json!({ "native": native, "updated": updated })).await;
    }

    pub async fn fault(&self, name: &str, calls: &str, more: Value) {
        let mut fault = json!({ "name": name, "system": self.system.kind, "calls": calls, "times": 1 });
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.http.post(self.url("faults")).json(&fault).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{fault}");
    }

    /// Whether every fault has happened.
    pub async fn faults_fired(&self) -> bool {
        self.look("faults").await.as_array().unwrap().iter().all(|fault| fault["fired"] != 0)
    }

    pub async fn heal(&self) {
        assert_eq!(self.http.delete(self.url("faults")).send().await.unwrap().status(), 200);
    }

    async fn look(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/sandbox/{path}", self.desks.url)
    }
}

fn encoded(ticket: &str) -> String {
    ticket.replace('/', "%2F").replace('#', "%23")
}
