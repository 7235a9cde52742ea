//! A port that one process can listen on again and again, whatever dies in between.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below it, ports are the kernel's or well known.
const FIRST: u16 = 10_000;

/// A port that nothing listens on, that this process has not named before, and that the kernel gives to nobody by
/// itself. One of the kernel's own choice would do until its process dies: then whoever binds to port 0 next can be
/// given it, and calls meant for the one reach the other.
#[must_use]
pub fn lasting() -> u16 {
    // Where to begin differs between processes, so that two runs on one machine do not walk side by side.
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        let span = u32::from(first_of_the_kernel() - FIRST);
        AtomicU16::new(u16::try_from(std::process::id().wrapping_mul(97) % span).expect("it is below a u16"))
    });
    let span = first_of_the_kernel() - FIRST;
    (0..span)
        .map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % span)
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .expect("every port below the kernel's own is taken")
}

/// The first of the ports that the kernel gives out by itself. Where it does not say: Linux's default, which is the
/// lowest of the usual ones.
fn first_of_the_kernel() -> u16 {
    std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")
        .ok()
        .and_then(|range| range.split_whitespace().next()?.parse().ok())
        .filter(|&first| first > FIRST + 1_000)
        .unwrap_or(32_768)
}
