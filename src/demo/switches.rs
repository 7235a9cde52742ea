//! The sandbox's own switches and counters, over HTTP like everything else.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The way to the switches.
pub struct Switches {
    http: reqwest::Client,
    url: String,
}

/// What the sandbox counted.
#[derive(Clone, Debug, Deserialize)]
pub struct Counters {
    /// Platform requests by type, subject and maker.
    pub created: Vec<Created>,
    /// 429 answers.
    pub limited: Limited,
    /// Calls by route.
    pub calls: BTreeMap<String, u64>,
    /// Authorization headers that reached the signed storage.
    pub authorization_at_storage: u64,
    /// Tokens issued.
    pub tokens_issued: u64,
    /// Archives handed out.
    pub downloads: u64,
}

/// Platform requests of one type for one subject.
#[derive(Clone, Debug, Deserialize)]
pub struct Created {
    /// The subject, such as `contact:<id>`.
    pub subject: String,
    /// `client` or `server`.
    pub origin: String,
    /// How many.
    pub count: u64,
}

/// 429 answers by cause.
#[derive(Clone, Debug, Deserialize)]
pub struct Limited {
    /// The limit was really exceeded.
    pub by_rate: u64,
    /// A fault said so.
    pub by_fault: u64,
}

/// Who lives in the sandbox's first organisation.
#[derive(Clone, Debug, Deserialize)]
pub struct People {
    /// The organisation.
    pub organisation: Organisation,
    /// Its external contacts.
    pub contacts: Vec<Value>,
}

/// An organisation.
#[derive(Clone, Debug, Deserialize)]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its divisions.
    pub divisions: Vec<Division>,
}

/// A division.
#[derive(Clone, Debug, Deserialize)]
pub struct Division {
    /// Its id.
    pub id: String,
    /// Whether it is the home division.
    pub home: bool,
}

impl People {
    /// The contacts with this e-mail address, and which of them stands for the others.
    pub fn contacts_of(&self, email: &str) -> Vec<(String, bool)> {
        let has_it = |contact: &&Value| contact.to_string().contains(&format!("\"{email}\""));
        let found = self.contacts.iter().filter(has_it);
        found
            .filter_map(|contact| {
                let id = contact["id"].as_str()?;
                let is_canonical = contact["canonical"].as_str().is_none_or(|canonical| canonical == id);
                Some((id.to_owned(), is_canonical))
            })
            .collect()
    }
}

impl Switches {
    /// The switches of the sandbox at `url`.
    ///
    /// # Errors
    /// The HTTP stack cannot be built.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().build().context("the HTTP client cannot be built")?;
        Ok(Self { http, url: url.to_owned() })
    }

    /// Switches faults on.
    ///
    /// # Errors
    /// The sandbox refuses.
    pub async fn set_faults(&self, faults: &[&str]) -> anyhow::Result<()> {
        let answer = self.http.post(format!("{}/sandbox/faults", self.url)).json(&json!(faults)).send().await?;
        if !answer.status().is_success() {
            bail!("the sandbox refuses {faults:?}: {}", answer.text().await.unwrap_or_default());
        }
        Ok(())
    }

    /// Switches all faults off.
    ///
    /// # Errors
    /// The sandbox does not answer.
    pub async fn clear_faults(&self) -> anyhow::Result<()> {
        self.http.delete(format!("{}/sandbox/faults", self.url)).send().await?.error_for_status()?;
        Ok(())
    }

    /// How often each fault happened, by the subject it is meant for.
    ///
    /// # Errors
    /// The sandbox does not answer.
    pub async fn fired(&self) -> anyhow::Result<BTreeMap<String, u64>> {
        #[derive(Deserialize)]
        struct Faults {
            faults: Vec<Fault>,
        }
        #[derive(Deserialize)]
        struct Fault {
            subject: Option<String>,
            fired: u64,
        }
        let Faults { faults } = self.read("faults").await?;
        Ok(faults.into_iter().filter_map(|fault| Some((fault.subject?, fault.fired))).collect())
    }

    /// What was counted.
    ///
    /// # Errors
    /// The sandbox does not answer.
    pub async fn counters(&self) -> anyhow::Result<Counters> {
        self.read("counters").await
    }

    /// Who is there.
    ///
    /// # Errors
    /// The sandbox does not answer.
    pub async fn people(&self) -> anyhow::Result<People> {
        self.read("people").await
    }

    async fn read<T: DeserializeOwned>(&self, what: &str) -> anyhow::Result<T> {
        let answer = self.http.get(format!("{}/sandbox/{what}", self.url)).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }
}
