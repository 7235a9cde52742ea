//! Signers that share nothing with ours: the official libraries of Standard Webhooks for `v1`, OpenSSL for `v1a`. They sign for
//! us, and verify what we sign.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use rstest::rstest;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use webhooks::keys::{SigningKey, Version};
use webhooks::refused::Reason;
use webhooks::secrets::Secrets;
use webhooks::setup::Setup;
use webhooks::sign::{MessageId, Signer};
use webhooks::verify::Verifier;

use crate::samples::{Owned, sent_at};

/// Where `scripts/test` puts the library for Python.
const PYTHON: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/signers/bin/python");

/// And the one for JavaScript.
const NODE_FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/signers-node");

/// An official library.
#[derive(Clone, Copy, Debug)]
enum Language {
    Python,
    JavaScript,
}

impl Language {
    /// What runs it.
    fn command(self) -> Command {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signers");
        let (installed, mut command) = match self {
            Self::Python => (PYTHON, Command::new(PYTHON)),
            Self::JavaScript => (NODE_FOLDER, Command::new("node")),
        };
        assert!(Path::new(installed).exists(), "{installed} is not there; `scripts/test -p webhooks` installs it");
        match self {
            Self::Python => command.arg(folder.join("standard_webhooks.py")),
            Self::JavaScript => command.arg(folder.join("standard_webhooks.cjs")).arg(NODE_FOLDER),
        };
        command
    }
}

/// The official library, in a process of its own.
struct Official {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Its clock.
    now: i64,
}

impl Official {
    fn start(language: Language) -> Self {
        let mut child = language.command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let now = line
            .trim()
            .parse()
            .expect("the library of Standard Webhooks is there; `scripts/test -p webhooks` installs it");
        Self { child, input, output, now }
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.input, "{question}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Official {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Bodies with what libraries stumble over: nothing, several bytes a character, quotes, newlines, a megabyte.
fn bodies() -> Vec<String> {
    let large = "\u{142}".repeat(1 << 19);
    ["", "{}", "{\"name\": \"Zoë Łukasiewicz 🦀\"}", "line\r\nline\n\0", "e\u{301}\u{e9}", "not json", &large]
        .map(str::to_owned)
        .into()
}

fn secrets() -> Vec<SecretString> {
    let of =
        |length: u8| SecretString::from(format!("whsec_{}", BASE64_STANDARD.encode((0..length).collect::<Vec<_>>())));
    vec![of(24), of(32), of(64), SigningKey::generate(Version::V1).secret()]
}

fn call(id: &str, at: i64, signature: &str, body: &str) -> Owned {
    Owned { method: "POST".to_owned(), url: String::new(), headers: vec![], body: body.as_bytes().to_vec() }
        .with("webhook-id", id)
        .with("webhook-timestamp", at.to_string())
        .with("webhook-signature", signature)
}

fn verifier(secret: SecretString) -> Verifier {
    Verifier::new(&Setup::StandardWebhooks { svix_headers: false }, &Secrets::new(secret)).unwrap()
}

#[rstest]
fn what_the_official_library_signs_we_believe(#[values(Language::Python, Language::JavaScript)] language: Language) {
    let mut official = Official::start(language);
    for secret in secrets() {
        for body in bodies() {
            let message = json!({"id": "msg_1", "at": sent_at().as_second(), "body": body});
            let answer = official.ask(&json!({"sign": message, "secret": secret.expose_secret()}));
            let signature = answer["signature"].as_str().unwrap();
            let verifier = verifier(secret.clone());
            let at = sent_at().as_second();
            assert_eq!(call("msg_1", at, signature, &body).reason(&verifier, sent_at()), None);
            for changed in [
                call("msg_2", at, signature, &body),
                call("msg_1", at + 1, signature, &body),
                call("msg_1", at, signature, &format!("{body} ")),
            ] {
                assert_eq!(changed.reason(&verifier, sent_at()), Some(Reason::Mismatch));
            }
        }
    }
}

#[rstest]
fn what_we_sign_the_official_library_believes(#[values(Language::Python, Language::JavaScript)] language: Language) {
    let mut official = Official::start(language);
    let now = Timestamp::from_second(official.now).unwrap();
    for secret in secrets() {
        let key = || SigningKey::parse(&secret).unwrap();
        let other = || SigningKey::generate(Version::V1);
        let signers = [
            Signer::new(key()),
            Signer::new(other()).with_previous(key()),
            Signer::new(SigningKey::generate(Version::V1a)).with_previous(other()).with_previous(key()),
        ];
        for signer in signers {
            for body in bodies() {
                let headers = signer.headers(&MessageId::new("msg_1").unwrap(), now, body.as_bytes());
                let headers: serde_json::Map<_, _> =
                    headers.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
                let mut ask = |secret: &SecretString, body: &str| {
                    let message = json!({"headers": headers, "body": body});
                    official.ask(&json!({"verify": message, "secret": secret.expose_secret()}))["error"].clone()
                };
                assert_eq!(ask(&secret, &body), Value::Null);
                // It does look.
                assert_eq!(ask(&secret, &format!("{body} ")), json!("No matching signature found"));
                assert_eq!(ask(&other().secret(), &body), json!("No matching signature found"));
            }
        }
    }
}

/// A folder in which OpenSSL works.
struct OpenSsl(tempfile::TempDir);

impl OpenSsl {
    fn run(&self, arguments: &str) -> bool {
        let done = Command::new("openssl").args(arguments.split(' ')).current_dir(self.0.path()).output();
        done.expect("openssl is there; `scripts/test -p webhooks` installs it").status.success()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).unwrap()
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.file(name), content).unwrap();
    }

    /// A key pair of OpenSSL's making: 32 bytes to sign with and 32 to verify with, at the end of its files.
    fn key_pair() -> (Self, Vec<u8>, Vec<u8>) {
        let openssl = Self(tempfile::tempdir().unwrap());
        assert!(openssl.run("genpkey -algorithm ed25519 -outform DER -out key.der"));
        assert!(openssl.run("pkey -in key.der -inform DER -pubout -outform DER -out public.der"));
        let end = |name: &str| openssl.read(name).split_off(openssl.read(name).len() - 32);
        let (seed, public) = (end("key.der"), end("public.der"));
        (openssl, seed, public)
    }
}

fn text(prefix: &str, bytes: &[u8]) -> SecretString {
    SecretString::from(format!("{prefix}{}", BASE64_STANDARD.encode(bytes)))
}

#[test]
fn what_openssl_signs_we_believe_and_what_we_sign_it_believes() {
    let (openssl, seed, public) = OpenSsl::key_pair();
    let verifier = verifier(text("whpk_", &public));
    let key = SigningKey::parse(&text("whsk_", &[&seed[..], &public].concat())).unwrap();
    assert_eq!(key.for_subscriber().expose_secret(), text("whpk_", &public).expose_secret());
    let signer = Signer::new(key);
    let at = sent_at().as_second();
    for body in bodies() {
        openssl.write("content", format!("msg_1.{at}.{body}").as_bytes());
        assert!(openssl.run("pkeyutl -sign -rawin -inkey key.der -keyform DER -in content -out signature"));
        let signature = format!("v1a,{}", BASE64_STANDARD.encode(openssl.read("signature")));
        assert_eq!(call("msg_1", at, &signature, &body).reason(&verifier, sent_at()), None);
        assert_eq!(call("msg_2", at, &signature, &body).reason(&verifier, sent_at()), Some(Reason::Mismatch));

        let [.., (_, ours)] = signer.headers(&MessageId::new("msg_1").unwrap(), sent_at(), body.as_bytes());
        openssl.write("ours", &BASE64_STANDARD.decode(ours.strip_prefix("v1a,").unwrap()).unwrap());
        let verify = "pkeyutl -verify -rawin -pubin -inkey public.der -keyform DER -in content -sigfile ours";
        assert!(openssl.run(verify));
        openssl.write("content", b"something else");
        assert!(!openssl.run(verify));
    }
}
