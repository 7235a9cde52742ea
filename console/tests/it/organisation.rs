//! An organisation with a provider of its own: a certified one (`oidc-provider` from npm) in a process of its own, whose pages are filled
//! in as a browser does.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use api::app::Federation;
use api::serve::Config;
use egress::allow::Allowed;
use entities::event;
use entities::officer::mapping::{Admits, Rules};
use entities::time::Clock;
use oidc::provider::Provider;
use oidc::settings::Settings;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::port;
use url::Url;

use crate::browser::{Browser, Page};
use crate::world::World;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/provider.mjs");
/// Where the scripts of this project have installed it.
const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/provider");
/// Where one begins to sign in there.
pub const BEGIN: &str = "/console/sign-in/provider";

/// The provider's process; it ends with this value.
pub struct Running {
    child: Child,
    pipe: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Running {
    fn start(port: u16, ours: &str) -> Self {
        let mut child = Command::new("node")
            .args([
                SCRIPT,
                FOLDER,
                &port.to_string(),
                &format!("{ours}{BEGIN}/back"),
                &format!("{ours}/console/sign-in"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is there");
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let running = Self { child, pipe: Mutex::new((input, output)) };
        assert_eq!(running.answer(), "listening", "the provider is not there: scripts/test installs it from npm");
        running
    }

    fn answer(&self) -> String {
        let mut line = String::new();
        self.pipe.lock().unwrap().1.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    pub fn tell(&self, what: &Value) {
        writeln!(self.pipe.lock().unwrap().0, "{what}").unwrap();
        assert_eq!(self.answer(), "done");
    }

    pub fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An organisation with its provider, and the service that its officers sign in to.
pub struct Organisation {
    pub world: World,
    pub provider: Running,
    /// Where the service is.
    pub ours: String,
    /// Where the provider is.
    pub theirs: SocketAddr,
}

impl Organisation {
    async fn with(kind: Kind, rules: Rules) -> Self {
        let (at, to) = (port::lasting(), port::lasting());
        let (bind, theirs) = (SocketAddr::from((Ipv4Addr::LOCALHOST, at)), SocketAddr::from((Ipv4Addr::LOCALHOST, to)));
        let ours = format!("http://{bind}");
        let provider = Running::start(to, &ours);
        let settings = Settings {
            issuer: format!("http://{theirs}"),
            client_id: "dsr".to_owned(),
            client_secret: "the client's own secret".into(),
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            trust_email: false,
            groups_claim: "groups".to_owned(),
            second_factor_acr: vec!["mfa".to_owned()],
            second_factor_amr: vec!["hwk".to_owned()],
            max_age: None,
        };
        let federation = Federation {
            provider: Provider::new(settings, &Allowed::default()).unwrap(),
            rules,
            name: Some("Acme".to_owned()),
        };
        let config = Config { bind, federation: Some(Arc::new(federation)), ..Config::default() };
        let world = World::reached_at(Some(&ours), kind, Clock::System, config).await;
        Self { world, provider, ours, theirs }
    }

    /// Whose officers were all added here.
    pub async fn of_known(kind: Kind) -> Self {
        Self::with(kind, Rules { admits: Admits::Known, mapping: None }).await
    }

    /// Whose groups say who is an officer, and of what.
    pub async fn of_groups(kind: Kind) -> Self {
        let mapping = "privacy = officer@acme, approver@beta; it = administrator@*".parse().unwrap();
        Self::with(kind, Rules { admits: Admits::Mapped, mapping: Some(mapping) }).await
    }

    pub fn account(&self, id: &str, claims: &Value, means: &Value) {
        self.provider.tell(&json!({ "account": id, "claims": claims, "acr": means["acr"], "amr": means["amr"] }));
    }

    /// Somebody there, with an address that the provider has seen, in these groups, who gave a second factor.
    pub fn member(&self, id: &str, email: &str, groups: &[&str]) {
        let claims = json!({ "email": email, "email_verified": true, "name": "Ada Adler", "groups": groups });
        self.account(id, &claims, &json!({ "amr": ["pwd", "hwk"] }));
    }

    /// Goes through the provider's pages as this account, and says where the provider sends the browser back to.
    pub async fn at_the_provider(&self, there: &Url, account: &str) -> String {
        let mut browser = Browser::new(self.theirs);
        let base = format!("http://{}", self.theirs);
        let mut path = there.as_str().strip_prefix(&base).unwrap().to_owned();
        for _ in 0..10 {
            let mut page = browser.get(&path).await;
            if page.status == 200 {
                assert!(page.text.contains("name=\"account\""), "{}", page.text);
                page = browser.post_bare(&path, &[("account", account)]).await;
            }
            let to = page.goes_to();
            if let Some(back) = to.strip_prefix(&self.ours) {
                return back.to_owned();
            }
            path = to.strip_prefix(&base).unwrap_or(to).to_owned();
        }
        panic!("the provider sends nobody back");
    }

    /// To the provider, in there, and back.
    pub async fn sign_in(&self, browser: &mut Browser, account: &str) -> Page {
        let there = Url::parse(browser.get(BEGIN).await.goes_to()).unwrap();
        let back = self.at_the_provider(&there, account).await;
        browser.get(&back).await
    }

    pub async fn events(&self, kind: &str) -> Vec<Value> {
        let all = event::table::Entity::find().all(self.world.store.db.read()).await.unwrap();
        all.into_iter().filter(|row| row.kind == kind).map(|row| serde_json::from_str(&row.data).unwrap()).collect()
    }
}
