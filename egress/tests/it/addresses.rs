//! The table of addresses.

use egress::address::is_public;
use egress::allow::Allowed;
use egress::target::{BadTarget, check};
use rstest::rstest;

#[test]
fn only_addresses_of_the_internet_are_public() {
    for public in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:4860:4860::8888",
        "2001:200::1",
        "2a00:1450::1",
        "3ffe::1",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
    for not in [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.7",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:1.1.1.1",
        "::ffff:0:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "64:ff9b:1::1",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:20::1",
        "2001:1ff::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!is_public(not.parse().unwrap()), "{not}");
    }
}

#[rstest]
#[case("https://hooks.example.com/dsr?x=1", None)]
#[case("https://hooks.example.com:8443/dsr", None)]
#[case("https://1.1.1.1/", None)]
#[case("https://[2606:4700::1111]/", None)]
#[case("", Some(BadTarget::NotAnAddress))]
#[case("hooks.example.com", Some(BadTarget::NotAnAddress))]
#[case("/dsr", Some(BadTarget::NotAnAddress))]
#[case("https://", Some(BadTarget::NotAnAddress))]
#[case("https://hooks.example.com/a b", Some(BadTarget::NotAnAddress))]
#[case(" https://hooks.example.com/", Some(BadTarget::NotAnAddress))]
#[case("https://hooks.exa\tmple.com/", Some(BadTarget::NotAnAddress))]
#[case("https://256.1.1.1/", Some(BadTarget::NotAnAddress))]
#[case("http://hooks.example.com/", Some(BadTarget::NotHttps))]
#[case("http://1.1.1.1:443/", Some(BadTarget::NotHttps))]
#[case("ftp://hooks.example.com/", Some(BadTarget::NotHttps))]
#[case("file:///etc/passwd", Some(BadTarget::NotHttps))]
#[case("gopher://127.0.0.1:6379/_x", Some(BadTarget::NotHttps))]
#[case("https://user@hooks.example.com/", Some(BadTarget::Credentials))]
#[case("https://:word@hooks.example.com/", Some(BadTarget::Credentials))]
#[case("https://1.1.1.1@127.0.0.1/", Some(BadTarget::Credentials))]
#[case("https://hooks.example.com/#x", Some(BadTarget::Fragment))]
#[case("https://hooks.example.com:22/", Some(BadTarget::Port))]
#[case("https://hooks.example.com:80/", Some(BadTarget::Port))]
#[case("https://localhost/", Some(BadTarget::NotPublic))]
#[case("https://LOCALHOST./", Some(BadTarget::NotPublic))]
#[case("https://a.localhost/", Some(BadTarget::NotPublic))]
#[case("https://127.0.0.1/", Some(BadTarget::NotPublic))]
#[case::decimal("https://2130706433/", Some(BadTarget::NotPublic))]
#[case::octal("https://0177.0.0.1/", Some(BadTarget::NotPublic))]
#[case::hexadecimal("https://0x7f000001/", Some(BadTarget::NotPublic))]
#[case::mixed("https://0x7f.1/", Some(BadTarget::NotPublic))]
#[case::short("https://127.1/", Some(BadTarget::NotPublic))]
#[case::zero("https://0/", Some(BadTarget::NotPublic))]
#[case::full_width("https://１２７.0.0.1/", Some(BadTarget::NotPublic))]
#[case::escaped("https://%31%32%37.0.0.1/", Some(BadTarget::NotPublic))]
#[case::ideographic_stop("https://127。0。0。1/", Some(BadTarget::NotPublic))]
#[case::final_stop("https://127.0.0.1./", Some(BadTarget::NotPublic))]
#[case("https://169.254.169.254/latest/meta-data", Some(BadTarget::NotPublic))]
#[case("https://[::1]/", Some(BadTarget::NotPublic))]
#[case("https://[::]/", Some(BadTarget::NotPublic))]
#[case("https://[::ffff:127.0.0.1]/", Some(BadTarget::NotPublic))]
#[case("https://[::ffff:7f00:1]/", Some(BadTarget::NotPublic))]
#[case("https://[0:0:0:0:0:ffff:0a00:0001]/", Some(BadTarget::NotPublic))]
#[case("https://[::127.0.0.1]/", Some(BadTarget::NotPublic))]
#[case("https://[64:ff9b::7f00:1]/", Some(BadTarget::NotPublic))]
#[case("https://[2002:7f00:1::]/", Some(BadTarget::NotPublic))]
#[case("https://[fe80::1]/", Some(BadTarget::NotPublic))]
#[case("https://[fe80::1%25eth0]/", Some(BadTarget::NotAnAddress))]
#[case("https://[fd00::1]/", Some(BadTarget::NotPublic))]
fn an_address_is_taken_or_refused_for_its_own_reason(#[case] address: &str, #[case] refused: Option<BadTarget>) {
    assert_eq!(check(address, &Allowed::default()).err(), refused, "{address}");
}

#[test]
fn an_address_that_is_too_long_is_none() {
    let path = "x".repeat(2_048);
    assert_eq!(check(&format!("https://example.com/{path}"), &Allowed::default()), Err(BadTarget::NotAnAddress));
}

#[test]
fn what_the_operator_allows_needs_neither_tls_nor_the_usual_ports() {
    let allowed: Allowed = "10.1.0.0/16, hooks.internal 192.168.7.7,fd00::/8".parse().unwrap();
    for good in [
        "http://10.1.2.3:9000/x",
        "https://10.1.2.3/",
        "http://hooks.internal/",
        "http://HOOKS.internal.:81/",
        "http://192.168.7.7/",
        "http://[fd00::1]/",
        "https://hooks.example.com/",
    ] {
        assert_eq!(check(good, &allowed).err(), None, "{good}");
    }
    for (bad, refused) in [
        ("http://10.2.0.1/", BadTarget::NotHttps),
        ("https://10.2.0.1/", BadTarget::NotPublic),
        ("https://192.168.7.8/", BadTarget::NotPublic),
        ("http://other.internal/", BadTarget::NotHttps),
        ("http://user@hooks.internal/", BadTarget::Credentials),
        ("http://[::ffff:10.1.2.3]/", BadTarget::NotHttps),
        ("ftp://10.1.2.3/", BadTarget::NotHttps),
    ] {
        assert_eq!(check(bad, &allowed).err(), Some(refused), "{bad}");
    }
    assert!(allowed.permits("anything.example.com", "10.1.0.1".parse().unwrap()));
    assert!(!allowed.permits("anything.example.com", "10.2.0.1".parse().unwrap()));
    assert!(allowed.permits("hooks.internal", "10.2.0.1".parse().unwrap()));
    for bad in ["10.0.0.0/33", "a b/c", "http://x", "[::1]", "*.internal:9"] {
        assert!(bad.parse::<Allowed>().is_err(), "{bad}");
    }
}
