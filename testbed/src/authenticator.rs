//! The application on somebody's telephone that shows codes.

use vault::totp::TotpSecret;

/// What secrets are written in (base32, RFC 4648 §6).
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// One that has taken a secret in.
pub struct Authenticator(TotpSecret);

impl Authenticator {
    /// Takes in a secret as a page shows it, in groups or not.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    pub fn typed(secret: &str) -> Self {
        let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
        for letter in secret.chars().filter(|letter| !letter.is_whitespace()) {
            let value = LETTERS.find(letter).expect("a secret is written in base32");
            buffer = (buffer << 5 | u32::try_from(value).expect("it is below 32")) & 0xfff;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(buffer >> bits & 0xff).expect("it is one byte"));
            }
        }
        Self(TotpSecret::from_bytes(bytes).expect("a secret has its length"))
    }

    /// The code that it shows at this instant, in seconds since the Unix epoch.
    #[must_use]
    pub fn code(&self, at: u64) -> String {
        self.0.code(at)
    }
}
