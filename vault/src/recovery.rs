//! Recovery codes: for whoever lost their authenticator. Read from paper, typed by hand, each good once.

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::secret::fill_random;
use crate::token::hash_token;

/// Crockford's: no letter that looks like another or like a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a code: 120 random bits. From 112 on, a plain hash is enough (NIST SP 800-63B §5.1.2.2).
const LENGTH: usize = 24;

/// Characters between two hyphens.
const GROUP: usize = 6;

/// A new code, such as `7k2m9q-…`, to be shown once, and the hash to be stored.
pub fn random_code() -> (SecretString, String) {
    let mut random = Zeroizing::new([0; LENGTH]);
    fill_random(random.as_mut_slice());
    let mut code = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32, so each character is as likely as any other.
        code.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    let hash = hash_code(&code);
    (SecretString::from(code.as_str()), hash)
}

/// What is stored of a code, however it was typed: in capitals, without hyphens, with an O for a zero.
pub fn hash_code(typed: &str) -> String {
    let plain = typed.chars().filter(|c| c.is_alphanumeric()).map(|c| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        c => c,
    });
    hash_token(&Zeroizing::new(plain.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let (code, hash) = random_code();
        let code = code.expose_secret();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [GROUP; LENGTH / GROUP]);
        for typed in
            [code.to_owned(), code.to_uppercase(), code.replace('-', ""), format!(" {} ", code.replace('-', " "))]
        {
            assert_eq!(hash_code(&typed), hash);
        }
        assert_eq!(hash_code(&code.replace('0', "O").replace('1', "l")), hash);
        assert_ne!(hash_code(&code[1..]), hash);
    }

    #[test]
    fn no_two_codes_are_the_same() {
        assert_ne!(random_code().1, random_code().1);
    }
}
