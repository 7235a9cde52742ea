//! A mail server of its own for one test: a process that speaks real SMTP, with TLS and sign-in, and fails as it is told.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

/// How the connection is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// It begins in the clear.
    StartTls,
    /// Private from the first byte.
    Tls,
    /// Never.
    None,
}

impl Privacy {
    /// The word of the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }
}

/// Debian's, which finds Debian's packages; a machine may have others.
const PYTHON: &str = "/usr/bin/python3";

/// Whom the server lets in.
pub const USER: &str = "dsr";
/// By what word.
pub const PASSWORD: &str = "correct horse";

/// A running mail server; it stops with this value.
pub struct MailServer {
    /// Its port, on this machine.
    pub port: u16,
    /// How the connection is kept private.
    pub privacy: Privacy,
    folder: TempDir,
    child: Child,
    pipe: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

/// A message as the server took it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// All of it, after the recipients of the envelope as `X-Envelope-To`.
    pub raw: String,
}

impl Taken {
    /// The value of a header that stands in one line.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        let found = self.raw.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_else(|| panic!("no {name} in\n{}", self.raw)).trim_end().to_owned()
    }
}

impl MailServer {
    /// Starts one that asks for [`USER`] and [`PASSWORD`].
    ///
    /// # Panics
    /// Python with aiosmtpd, or openssl, is not there.
    #[must_use]
    pub fn start(privacy: Privacy) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        certificates(folder.path());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/smtp/server.py");
        let mut child = Command::new(PYTHON)
            .args([script, "--tls", privacy.as_str(), "--user", USER, "--password", PASSWORD])
            .args(["--cert", &at("server.pem"), "--key", &at("server.key"), "--folder", &at("")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Debian's python3 is there");
        let input = child.stdin.take().expect("it was asked for");
        let mut output = BufReader::new(child.stdout.take().expect("it was asked for"));
        let mut line = String::new();
        output.read_line(&mut line).expect("the mail server says something");
        let port = line.trim().strip_prefix("listening ").and_then(|port| port.parse().ok());
        let port =
            port.expect("the mail server listens; it needs Debian's python3-aiosmtpd (scripts/test installs it)");
        Self { port, privacy, folder, child, pipe: Mutex::new((input, output)) }
    }

    /// The certificate that a client must trust.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Sets switches; the script names them.
    ///
    /// # Panics
    /// The server has died.
    pub fn turn(&self, switches: &Value) {
        let mut pipe = self.pipe.lock().expect("nobody panicked here");
        writeln!(pipe.0, "{switches}").expect("the mail server reads");
        let mut line = String::new();
        pipe.1.read_line(&mut line).expect("the mail server answers");
        assert_eq!(line.trim(), "ok");
    }

    /// What it took, in order.
    ///
    /// # Panics
    /// A message cannot be read.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        let path = |number: usize| self.folder.path().join(format!("{number}.eml"));
        let read = |path: PathBuf| Taken { raw: std::fs::read_to_string(path).expect("a message can be read") };
        (1..).map(path).take_while(|path| path.exists()).map(read).collect()
    }

    /// What happened, a word a line.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An authority of its own, and a certificate for `localhost` by it.
fn certificates(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let done = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl is there");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let authority =
        ["req", "-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(&[&authority[..], &key[..]].concat());
    let names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"];
    let request = ["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    openssl(&[&request[..], &key[..], &names[..]].concat());
    openssl(&[
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-days",
        "2",
        "-copy_extensions",
        "copy",
        "-out",
        "server.pem",
    ]);
}
