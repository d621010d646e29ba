//! How long to wait. The official lists make all clients of a server come back in the same moment (first retry after
//! half a second) and stay away for up to an hour, so these are uniform: at most some sixteen of a thousand clients
//! per tenth of a second, and nearly all back within half a minute of the server's return.

use std::time::Duration;

/// Why there is a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Before connecting or asking for the configuration again; `attempt` counts failures since the last success, from 0.
    Retry {
        /// Failures in a row before this one.
        attempt: u32,
    },
    /// Before asking for a new configuration because the server said `config_expire`; all clients hear it at once.
    ConfigExpired,
    /// Before the new configuration that `channel_expire` of the own channel asks for.
    ChannelExpired,
    /// Before going over to a new shared channel; all clients hear it at once.
    ChannelSwapped,
    /// Before coming back to a server that announced its restart.
    ServerRestart,
    /// Before a second look at the history is tried again; `attempt` counts failures in a row, from 0.
    Look {
        /// Failures in a row before this one.
        attempt: u32,
    },
    /// Before WebSocket is tried again where only long polling has worked; `worked`: it did work earlier.
    Restore {
        /// WebSocket has worked before, so it was no rule of the network that stopped it.
        worked: bool,
    },
}

impl Pause {
    /// The wait for a random number from 0 up to (not including) 1.
    pub fn delay(self, random: f64) -> Duration {
        let (least, most) = self.bounds();
        let random = if random.is_finite() {
            random.clamp(0.0, 1.0)
        } else {
            0.5
        };
        least + most.saturating_sub(least).mul_f64(random)
    }

    /// Least and longest wait.
    pub fn bounds(self) -> (Duration, Duration) {
        let (least, most) = match self {
            Self::Retry { attempt: 0 } => (0, 20),
            Self::Retry { .. } => (0, 30),
            Self::ConfigExpired => (10, 120),
            Self::ChannelExpired => (0, 3),
            Self::ChannelSwapped => (1, 21),
            Self::ServerRestart => (10, 30),
            Self::Look { attempt: 0 } => (0, 1),
            Self::Look { .. } => (1, 6),
            Self::Restore { worked: true } => (600, 1800),
            Self::Restore { worked: false } => (1800, 5400),
        };
        (Duration::from_secs(least), Duration::from_secs(most))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pauses() -> impl Strategy<Value = Pause> {
        prop_oneof![
            any::<u32>().prop_map(|attempt| Pause::Retry { attempt }),
            Just(Pause::ConfigExpired),
            Just(Pause::ChannelExpired),
            Just(Pause::ChannelSwapped),
            Just(Pause::ServerRestart),
            any::<u32>().prop_map(|attempt| Pause::Look { attempt }),
            any::<bool>().prop_map(|worked| Pause::Restore { worked }),
        ]
    }

    proptest! {
        #[test]
        fn waits_stay_within_their_bounds(pause in pauses(), random in any::<f64>()) {
            let (least, most) = pause.bounds();
            let wait = pause.delay(random);
            prop_assert!(least <= wait && wait <= most);
        }

        #[test]
        fn a_thousand_dropped_clients_do_not_come_back_together(seed in any::<u64>()) {
            let mut state = seed;
            let mut slots = [0_u32; 301];
            for _ in 0..1000 {
                // splitmix64: any even spread will do, and the test stays repeatable.
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
                let random = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
                let wait = Pause::Retry { attempt: 0 }.delay(random);
                slots[usize::try_from(wait.as_millis() / 100).unwrap()] += 1;
            }
            prop_assert!(slots.iter().all(|count| *count <= 25), "{:?}", slots.iter().max());
        }
    }
}
