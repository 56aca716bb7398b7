//! How costly a hash this machine can afford.

use super::hasher::{context, from_argon2};
use super::{Argon2Params, PasswordError, StoredParamCaps};
use argon2::Block;
use std::time::Duration;
use stockade_core::Clock;
use zeroize::Zeroizing;

/// The machine is asked at most so often.
const MAX_MEASUREMENTS: u32 = 6;

/// How far over the target a proposal may measure.
const TOLERANCE_PERCENT: u32 = 25;

impl Argon2Params {
    /// Measures this machine by `clock` and proposes the costliest parameters of which a hash takes no longer than `target`:
    /// memory first, because that is what an attacker's hardware has least of, up to 64 MiB, then passes. Never below the OWASP
    /// floor, so that a slow machine takes longer than `target`; never above [`StoredParamCaps::default`].
    ///
    /// Costs at most six hashes, none above the caps: some seconds at worst. Measure a machine like those that serve, with
    /// nothing else to do, once, and write the answer into the configuration: parameters that differ from process to process
    /// renew hashes at each login. A service hashes on several cores at once, and memory bandwidth is shared: leave some room.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stockade_authn::password::Argon2Params;
    /// use stockade_core::SystemClock;
    ///
    /// let params = Argon2Params::calibrate(Duration::from_millis(20), &SystemClock::new())?;
    /// assert!(params.validate().is_ok(), "never below the floor");
    /// println!("memory_kib = {}\npasses = {}\nlanes = {}", params.memory_kib, params.passes, params.lanes);
    /// # Ok::<(), stockade_authn::password::PasswordError>(())
    /// ```
    ///
    /// # Errors
    /// There is no memory.
    pub fn calibrate(target: Duration, clock: &dyn Clock) -> Result<Self, PasswordError> {
        propose(target, |params| {
            let mut arena = arena(params)?;
            let argon2 = context(params.build()?.build().map_err(from_argon2)?, None)?;
            let mut out = Zeroizing::new([0; 32]);
            let started = clock.monotonic();
            argon2
                .hash_password_into_with_memory(b"to be measured", &[0; 16], &mut *out, &mut arena)
                .map_err(from_argon2)?;
            Ok(clock.monotonic().saturating_sub(started))
        })
    }
}

/// Memory whose pages have been touched, as that of a hasher at work.
fn arena(params: Argon2Params) -> Result<Vec<Block>, PasswordError> {
    let blocks = params.build()?.build().map_err(from_argon2)?.block_count();
    let mut arena = Vec::new();
    arena.try_reserve_exact(blocks).map_err(|_| PasswordError::OutOfMemory)?;
    arena.resize(blocks, Block::new());
    Ok(arena)
}

/// Time grows with memory times passes, near enough to guess from one measurement and to correct by the next.
fn propose(
    target: Duration,
    mut measure: impl FnMut(Argon2Params) -> Result<Duration, PasswordError>,
) -> Result<Argon2Params, PasswordError> {
    let floor = Argon2Params::default();
    // The first hash warms caches and clock frequency; the quicker of two is the machine's own.
    let mut took = measure(floor)?.min(measure(floor)?);
    let mut params = floor;
    let allowed = target.saturating_add(target.saturating_mul(TOLERANCE_PERCENT) / 100);
    for _ in 2..MAX_MEASUREMENTS {
        let proposal = scaled(params, took, target);
        if proposal == params {
            break;
        }
        params = proposal;
        took = measure(params)?;
        if took <= allowed {
            return Ok(params);
        }
    }
    Ok(if took <= allowed { params } else { floor })
}

/// Of equal shape as the caps allow: memory up to its cap, then passes.
fn scaled(measured: Argon2Params, took: Duration, target: Duration) -> Argon2Params {
    let (floor, caps) = (Argon2Params::default(), StoredParamCaps::default());
    let work = u128::from(measured.memory_kib) * u128::from(measured.passes);
    let affordable = work.saturating_mul(target.as_nanos()) / took.as_nanos().max(1);
    let held = |wanted: u128, min: u32, max: u32| u32::try_from(wanted).unwrap_or(max).clamp(min, max);
    // Whole MiB: a figure for a configuration, not for a rule.
    let memory_mib = affordable / u128::from(floor.passes) / 1024;
    let memory_kib = held(memory_mib.saturating_mul(1024), floor.memory_kib, caps.memory_kib);
    let passes = held(affordable / u128::from(memory_kib), floor.passes, caps.passes);
    Argon2Params { memory_kib, passes, lanes: floor.lanes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::RefCell;

    /// A machine that takes so long for each MiB and pass.
    fn on_a_machine(per_mib: Duration, target: Duration) -> (Argon2Params, Vec<Argon2Params>) {
        let asked = RefCell::new(Vec::new());
        let proposed = propose(target, |params| {
            asked.borrow_mut().push(params);
            Ok(per_mib * (params.memory_kib / 1024) * params.passes)
        });
        (proposed.unwrap(), asked.into_inner())
    }

    #[test]
    fn a_fast_machine_takes_more_memory_first_and_then_more_passes() {
        let fast = Duration::from_micros(500);
        let (params, _) = on_a_machine(fast, Duration::from_millis(40));
        assert_eq!((params.memory_kib, params.passes), (40 * 1024, 2));
        let (params, _) = on_a_machine(fast, Duration::from_millis(200));
        assert_eq!((params.memory_kib, params.passes), (64 * 1024, 6));
    }

    #[test]
    fn asvs_v11_4_2_a_slow_machine_stays_at_the_floor() {
        for target in [Duration::ZERO, Duration::from_millis(1), Duration::from_millis(38)] {
            let (params, _) = on_a_machine(Duration::from_millis(1), target);
            assert_eq!(params, Argon2Params::default());
        }
    }

    #[test]
    fn flood_by_a_target_without_measure_ends_at_the_caps() {
        let (params, asked) = on_a_machine(Duration::from_nanos(1), Duration::MAX);
        let caps = StoredParamCaps::default();
        assert_eq!((params.memory_kib, params.passes), (caps.memory_kib, caps.passes));
        assert!(asked.len() <= MAX_MEASUREMENTS as usize);
    }

    #[test]
    fn clock_jump_during_a_measurement_yields_what_is_allowed() {
        for takes in [Duration::ZERO, Duration::MAX] {
            let params = propose(Duration::from_millis(100), |_| Ok(takes)).unwrap();
            assert_eq!(params.validate(), Ok(()));
        }
    }

    #[test]
    fn a_machine_that_grows_slower_with_memory_gets_less_of_it() {
        let target = Duration::from_millis(100);
        let takes = |params: Argon2Params| {
            let mib = params.memory_kib / 1024;
            Duration::from_millis(1) * mib * params.passes * if mib > 30 { 2 } else { 1 }
        };
        let params = propose(target, |params| Ok(takes(params))).unwrap();
        assert!(takes(params) <= target + target / 4, "{params:?}");
        assert!(params.memory_kib > Argon2Params::default().memory_kib);
    }

    proptest! {
        #[test]
        fn what_is_proposed_is_valid_and_soon_found(nanos in 0_u64..50_000_000, target in 0_u64..5_000_000_000) {
            let target = Duration::from_nanos(target);
            let (params, asked) = on_a_machine(Duration::from_nanos(nanos), target);
            prop_assert_eq!(params.validate(), Ok(()));
            prop_assert!(asked.len() <= MAX_MEASUREMENTS as usize);
            prop_assert!(asked.iter().all(|params| params.validate().is_ok()));
        }
    }
}
