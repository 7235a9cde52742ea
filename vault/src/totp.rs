//! Codes of an authenticator (TOTP, RFC 6238): six digits, thirty seconds, HMAC-SHA-1, as every authenticator reads them.

use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::secret::fill_random;

/// Bytes of a shared secret: 160 bits, as RFC 4226 §4 recommends.
const LENGTH: usize = 20;

/// How long a code is shown, in seconds.
pub const STEP: u64 = 30;

/// What an authenticator and we both know. Its `Debug` shows nothing.
pub struct TotpSecret(Zeroizing<Vec<u8>>);

/// Too few bytes to be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret for codes has {LENGTH} bytes")]
pub struct NoSecret;

impl TotpSecret {
    /// A new random secret.
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new(vec![0; LENGTH]);
        fill_random(&mut bytes);
        Self(bytes)
    }

    /// The secret as it was sealed.
    ///
    /// # Errors
    /// These bytes are none.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, NoSecret> {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() == LENGTH { Ok(Self(bytes)) } else { Err(NoSecret) }
    }

    /// The secret bytes, to be sealed for storage and for nothing else.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as people type it in: 32 characters of base32.
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(self.totp("", "").secret().to_base32())
    }

    /// The address that an authenticator takes it from, usually as a QR code: `otpauth://totp/…`.
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let uri = self.totp(issuer, account).to_url();
        Zeroizing::new(uri.expect("the account is named, without a colon"))
    }

    /// The step whose code this is, if it is that of the present step or of one beside it: clocks differ, and people take
    /// their time. Each step's code counts once; seeing to that is the caller's. Spaces within the code do not matter.
    pub fn matches(&self, code: &str, unix_seconds: u64) -> Option<u64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        self.totp("", "").check(&digits, unix_seconds)
    }

    /// The code that an authenticator shows at this instant.
    pub fn code(&self, unix_seconds: u64) -> String {
        self.totp("", "").generate(unix_seconds).to_string()
    }

    fn totp(&self, issuer: &str, account: &str) -> Totp {
        // A colon parts issuer and account in the address.
        let (issuer, account) = (issuer.replace(':', " "), account.replace(':', " "));
        let account = if account.trim().is_empty() { "officer".to_owned() } else { account };
        Builder::new()
            .with_secret(self.0.to_vec())
            .with_skew(1)
            .with_step_duration(STEP)
            .with_account_name(account)
            .with_issuer((!issuer.is_empty()).then_some(issuer))
            .build()
            .expect("six digits, thirty seconds and 160 bits are within the standard")
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret([masked])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the rows for SHA-1, of whose eight digits we use the last six.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890".to_vec()).unwrap();
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(at), code);
            assert_eq!(secret.matches(code, at), Some(at / STEP));
        }
    }

    #[test]
    fn a_code_counts_one_step_early_and_one_late() {
        let secret = TotpSecret::generate();
        let code = secret.code(3_000);
        for (at, step) in [(2_969, None), (2_970, Some(100)), (3_029, Some(100)), (3_059, Some(100)), (3_060, None)] {
            assert_eq!(secret.matches(&code, at), step, "at {at}");
        }
        assert_eq!(secret.matches(&format!(" {} {} ", &code[..3], &code[3..]), 3_000), Some(100));
        for wrong in ["", "12345", "1234567", "+12345", "abcdef", "１２３４５６"] {
            assert_eq!(secret.matches(wrong, 3_000), None, "{wrong}");
        }
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890".to_vec()).unwrap();
        assert_eq!(*secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            *secret.uri("dsr: Acme", "ada@example.com"),
            "otpauth://totp/dsr%20%20Acme:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=dsr%20%20Acme"
        );
        assert_eq!(format!("{secret:?}"), "TotpSecret([masked])");
        assert_eq!(TotpSecret::from_bytes(vec![0; 19]).unwrap_err(), NoSecret);
    }
}
