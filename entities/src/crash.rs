//! Crash points: places where a debug build can be told to die, so that tests can kill the process at each of them in turn.
//!
//! There is one before and one after every commit and every platform call. `DSR_CRASH_POINT=n` kills the process with
//! SIGKILL when it passes the n-th; `DSR_CRASH_COUNT=file` has a byte appended to that file for each that was passed. Release builds have none.

/// A place where a debug build may be told to die.
#[cfg(debug_assertions)]
pub fn point() {
    use std::fs::{File, OpenOptions};
    use std::io::Write;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static PASSED: AtomicU64 = AtomicU64::new(0);
    static DIE_AT: LazyLock<Option<u64>> =
        LazyLock::new(|| std::env::var("DSR_CRASH_POINT").ok().and_then(|n| n.parse().ok()));
    // Opened once; one byte is appended for each, so the file's length is right at every instant.
    static COUNT_TO: LazyLock<Option<File>> = LazyLock::new(|| {
        let file = std::env::var_os("DSR_CRASH_COUNT")?;
        OpenOptions::new().create(true).append(true).open(file).ok()
    });

    if DIE_AT.is_none() && COUNT_TO.is_none() {
        return;
    }
    let passed = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
    if let Some(mut file) = COUNT_TO.as_ref() {
        // A count that cannot be written shows up in the test as too small.
        drop(file.write_all(b"."));
    }
    if *DIE_AT == Some(passed) {
        let died = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        unreachable_after_kill(died.is_ok());
    }
}

#[cfg(debug_assertions)]
fn unreachable_after_kill(sent: bool) -> ! {
    // SIGKILL may take a moment to arrive; nothing may happen in that moment.
    if sent {
        loop {
            std::thread::park();
        }
    }
    std::process::abort()
}

/// Release builds do not die on request.
#[cfg(not(debug_assertions))]
pub fn point() {}
