//! Who is there when a sandbox starts: organisations, clients, people.

pub mod bulk;
pub mod clients;
pub mod organisations;
pub mod samples;

use crate::options::Population;
use crate::state::State;

/// Lets the population move in, with the faults that belong to it.
///
/// # Errors
/// A sample's fault that is not in the grammar.
pub fn settle_in(population: Population, state: &mut State) -> anyhow::Result<()> {
    match population {
        Population::Empty => {}
        Population::Bulk { people } => bulk::add(people, &mut state.organisations[0].people),
        Population::Samples => {
            samples::add(&mut state.organisations[0].people);
            organisations::add_namesake(&mut state.organisations[1].people);
            let now_ms = state.clock.now_ms();
            for fault in samples::FAULTS {
                state.faults.add(fault.parse()?, now_ms);
            }
        }
    }
    Ok(())
}
