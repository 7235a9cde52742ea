//! Where the time is signed, a call is good for five minutes each way; where not, age refuses nothing.

use jiff::{SignedDuration, Timestamp};
use webhooks::refused::Reason;
use webhooks::scheme::TimeSigned;
use webhooks::setup::Setup;

use crate::samples::{Sample, sample, samples, sent_at};

/// Whether the call of this sample holds a signed instant.
fn signs_time(sample: &Sample) -> bool {
    match sample.setup.scheme().row().time {
        TimeSigned::Always => true,
        TimeSigned::AsSet => sample.name != "generic_hmac body",
        TimeSigned::Never => false,
    }
}

#[test]
fn the_window_ends_after_exactly_five_minutes_each_way() {
    let (edge, instant) = (SignedDuration::from_secs(300), SignedDuration::from_nanos(1));
    for sample in samples().iter().filter(|sample| signs_time(sample)) {
        let (verifier, call) = (sample.verifier(), sample.call(b"body"));
        for (now, reason) in [
            (sent_at() + edge, None),
            (sent_at() - edge, None),
            (sent_at() + edge + instant, Some(Reason::StaleTimestamp)),
            (sent_at() - edge - instant, Some(Reason::FutureTimestamp)),
            (Timestamp::MAX, Some(Reason::StaleTimestamp)),
            (Timestamp::MIN, Some(Reason::FutureTimestamp)),
        ] {
            assert_eq!(call.reason(&verifier, now), reason, "{} at {now}", sample.name);
        }
        assert_eq!(call.verify(&verifier, sent_at()).unwrap().sent_at, Some(sent_at()), "{}", sample.name);
    }
}

#[test]
fn age_refuses_nothing_where_no_time_is_signed() {
    for sample in samples().iter().filter(|sample| !signs_time(sample)) {
        let verified = sample.call(b"body").verify(&sample.verifier(), Timestamp::MAX).unwrap();
        assert_eq!(verified.sent_at, None, "{}", sample.name);
    }
}

#[test]
fn an_instant_counts_as_old_only_if_the_sender_signed_it() {
    for sample in samples().iter().filter(|sample| signs_time(sample)) {
        let forged = sample.call_by(&sample.other_secret(), b"body");
        assert_eq!(forged.reason(&sample.verifier(), Timestamp::MAX), Some(Reason::Mismatch), "{}", sample.name);
    }
}

#[test]
fn an_operator_may_set_another_window() {
    let mut sample = sample("generic_hmac all");
    let Setup::GenericHmac(settings) = &mut sample.setup else { unreachable!("its name says so") };
    settings.tolerance_s = Some(10);
    let (verifier, call) = (sample.verifier(), sample.call(b"body"));
    assert_eq!(call.reason(&verifier, sent_at() + SignedDuration::from_secs(10)), None);
    assert_eq!(call.reason(&verifier, sent_at() + SignedDuration::from_secs(11)), Some(Reason::StaleTimestamp));
}
