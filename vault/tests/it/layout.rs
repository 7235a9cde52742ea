//! Bytes made by another implementation of the documented layouts: if one of these fails, stored data no longer opens.

use std::io::Read;

use uuid::{Uuid, uuid};
use vault::data_key::DataKey;
use vault::keyring::Keyring;
use vault::lookup::LookupKey;
use vault::signing::{self, BadSignature, SigningKey};
use vault::stream::SealedReader;

/// The key of 32 zero bytes; its id starts SHA-256 of them.
const ZERO_KEY: &str = "dsr1.66687aad.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const OWNER: Uuid = uuid!("00000000-0000-7000-8000-000000000001");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Bytes 0 to 31, wrapped under the zero key.
fn stored_data_key() -> DataKey {
    let wrapped = bytes(
        "0166687aad000102030405060708090a0b88ca315104f889feca7158eef10ed003447dba89ab8899e1d7d2fe1091281170eb91d62671a4acaedb8edc46677d6827",
    );
    Keyring::parse(ZERO_KEY).unwrap().unwrap(OWNER, &wrapped).unwrap()
}

#[test]
fn a_stored_installation_value_opens() {
    let sealed = bytes("0166687aad000102030405060708090a0bfbae50206589123e99b11c77f91d9d49fb9b51369dfb");
    assert_eq!(Keyring::parse(ZERO_KEY).unwrap().open(OWNER, "credentials", &sealed).unwrap(), b"secret");
}

#[test]
fn a_stored_key_opens_a_stored_value() {
    let sealed = bytes("01000102030405060708090a0b2666b75ba09da376fd2df2a5de9b1f9f13c60862c547177b5e21814b2857ef");
    assert_eq!(stored_data_key().open("identifiers.value/1", &sealed).unwrap(), b"ada@example.org");
}

#[test]
fn a_stored_stream_opens() {
    let sealed = bytes(
        "01000102030405060708090a0b0c0d0e0f0100000021000102030405060708090a0b2f67ba77aa9c93ff2f8f35c041a1c5cd251fb2cafa",
    );
    let mut plain = String::new();
    SealedReader::new(&sealed[..], &stored_data_key(), "artifacts.content/1")
        .unwrap()
        .read_to_string(&mut plain)
        .unwrap();
    assert_eq!(plain, "hello");
}

#[test]
fn a_lookup_hash_stays_what_it_was() {
    let key = LookupKey::from_bytes(&(0..32).collect::<Vec<u8>>()).unwrap();
    assert_eq!(
        key.hash(OWNER, "email", "ada@example.org"),
        "cc6f4e9c75b3ed6b13ae5796dcedf0eb84c408de9b616b8577a73be6a1506f71"
    );
}

/// RFC 8032, section 7.1, test 2.
#[test]
fn signatures_are_those_of_the_standard() {
    let key =
        SigningKey::from_bytes(&bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")).unwrap();
    let public = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let signature = bytes(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    assert_eq!(key.public_key(), public);
    assert_eq!(key.sign(&[0x72]), signature);
    assert_eq!(signing::verify(&public, &[0x72], &signature), Ok(()));
    assert_eq!(signing::verify(&public, &[0x73], &signature), Err(BadSignature));
}
