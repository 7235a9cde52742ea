//! Where the API is, and who calls it: the options that every command over the API has.

use clap::Args;
use url::Url;

use super::Api;
use crate::secret::{self, Secret};

/// Where the API is, and who calls it.
#[derive(Args, Debug)]
pub struct Server {
    /// Where the API is
    #[arg(long, global = true, env = "DSR_API_URL", default_value = "http://127.0.0.1:8080", help_heading = "API")]
    api_url: Url,
    /// Id of the client that calls
    #[arg(long, global = true, env = "DSR_CLIENT_ID", value_name = "ID", help_heading = "API")]
    client_id: Option<String>,
    /// File with its secret
    #[arg(long, global = true, value_name = "FILE", help_heading = "API")]
    client_secret_file: Option<std::path::PathBuf>,
    /// Send the secret over http to another machine
    #[arg(long, global = true, help_heading = "API")]
    allow_plain_http: bool,
}

impl Server {
    /// The API, as this client sees it. No call is made yet.
    ///
    /// # Errors
    /// No client is named, its secret cannot be read, or it would travel in the clear.
    pub fn connect(&self) -> anyhow::Result<Api> {
        let Some(id) = self.client_id.clone() else {
            return Err(crate::Usage::new(
                "which client calls? Set DSR_CLIENT_ID and DSR_CLIENT_SECRET, as `dsr client create` shows them",
            )
            .into());
        };
        let secret = secret::read(&Secret {
            what: "the client's secret",
            file: self.client_secret_file.as_deref(),
            file_flag: "--client-secret-file",
            env: "DSR_CLIENT_SECRET",
        })?;
        Api::new(self.api_url.clone(), id, secret, self.allow_plain_http)
    }
}
