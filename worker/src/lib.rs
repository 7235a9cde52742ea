//! The async worker: leases, steps, runner.
