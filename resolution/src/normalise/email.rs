//! Mailboxes: the domain in its DNS form, the local part as its owner writes it.

use super::NotNormal;
use super::characters::{self, Hidden, fold};

/// Longest mailbox, in bytes (RFC 5321 §4.5.3.1.3, less the angle brackets).
const LONGEST: usize = 254;
/// Longest local part, in bytes (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// The mailbox as the platform is asked for it, and its look-up form.
///
/// Dots in odd places of the local part are let through: the standard forbids them, but some carriers gave such addresses
/// out, and their owners have rights too.
pub(super) fn normalise(raw: &str) -> Result<(String, String), NotNormal> {
    let mailbox = characters::clean(raw, Hidden::Refuse)?;
    let (local, domain) = split(&mailbox)?;
    if local.len() > LONGEST_LOCAL {
        return Err(NotNormal::new("too_long", format!("at most {LONGEST_LOCAL} bytes before the @")));
    }
    check_local(local)?;
    let domain = normal_domain(domain)?;
    let value = format!("{local}@{domain}");
    if value.len() > LONGEST {
        return Err(NotNormal::new("too_long", format!("at most {LONGEST} bytes")));
    }
    let lookup = format!("{}@{domain}", fold(local));
    Ok((value, lookup))
}

/// Splits at the one `@` outside quotes.
fn split(mailbox: &str) -> Result<(&str, &str), NotNormal> {
    let (mut quoted, mut escaped, mut at) = (false, false, None);
    for (index, c) in mailbox.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '@' if !quoted && at.is_some() => return Err(NotNormal::new("email_at", "has more than one @")),
            '@' if !quoted => at = Some(index),
            _ => {}
        }
    }
    let at = at.ok_or_else(|| NotNormal::new("email_at", "has no @"))?;
    Ok((&mailbox[..at], &mailbox[at + 1..]))
}

fn check_local(local: &str) -> Result<(), NotNormal> {
    let refused = || NotNormal::new("email_characters", "is not a mailbox; write it as name@example.org");
    if local.is_empty() {
        return Err(NotNormal::new("email_local", "has nothing before the @"));
    }
    if let Some(inner) = local.strip_prefix('"') {
        // `split` saw the quotes balanced; what is left to check is that the first one closes at the very end.
        let mut escaped = false;
        for (index, c) in inner.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' if index + 1 == inner.len() && index > 0 => return Ok(()),
                '"' => return Err(refused()),
                _ => {}
            }
        }
        return Err(refused());
    }
    let plain = |c: char| match c {
        '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\' => false,
        c => !c.is_whitespace(),
    };
    if local.chars().all(plain) { Ok(()) } else { Err(refused()) }
}

fn normal_domain(domain: &str) -> Result<String, NotNormal> {
    let refused = || NotNormal::new("email_domain", "the part after the @ is not a domain name");
    // The root dot names the same domain.
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| refused())?;
    let last_label = ascii.rsplit_once('.').map(|(_, last)| last).ok_or_else(refused)?;
    if last_label.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    Ok(ascii)
}
