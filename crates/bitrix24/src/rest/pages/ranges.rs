//! A whole list by id, in several ranges at once: its lowest and its highest id are asked for, and what lies between is
//! cut into equal parts. Ids are no places, so the parts hold more or fewer items; none is lost and none comes twice.

use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;

use super::{Pages, Place, Way, fetch};
use crate::rest::RestError;

impl<T: DeserializeOwned + Send + 'static> Pages<T> {
    /// Every item in the order of the ids.
    pub(super) async fn collect_ranges(self) -> Result<Vec<T>, RestError> {
        let Some((low, high)) = self.ends().await? else {
            return Ok(Vec::new());
        };
        let ranges = cuts(low, high, self.listing.ahead).into_iter().map(|(behind, upto)| {
            let mut pages = self.rest.pages(self.listing.range(upto));
            pages.place = Place::Behind(behind);
            pages.collect_one_by_one(usize::MAX)
        });
        let mut all = Vec::new();
        for range in try_join_all(ranges).await? {
            if all.is_empty() {
                all = range;
            } else {
                all.extend(range);
            }
        }
        Ok(all)
    }

    /// The lowest and the highest id; `None` where there is no item.
    async fn ends(&self) -> Result<Option<(u64, u64)>, RestError> {
        let Way::Id { field, id, .. } = &self.listing.way else {
            return Ok(None);
        };
        let calls = vec![self.listing.page_behind(field, 0.into()), self.listing.last_page(field)];
        let mut ids = Vec::new();
        for page in fetch::<T>(self.rest.clone(), calls).await? {
            ids.extend(page?.result.0.iter().map(id));
        }
        Ok(ids.iter().min().copied().zip(ids.iter().max().copied()))
    }
}

/// Ranges as what they begin behind and where they end; the last one has no end, for what comes meanwhile.
fn cuts(low: u64, high: u64, count: usize) -> Vec<(u64, Option<u64>)> {
    let count = u64::try_from(count).unwrap_or(1).max(1);
    let step = (high.saturating_sub(low) / count).max(1);
    let mut behind = low.saturating_sub(1);
    let mut ranges = Vec::new();
    for _ in 1..count {
        let upto = behind.saturating_add(step);
        if upto >= high {
            break;
        }
        ranges.push((behind, Some(upto)));
        behind = upto;
    }
    ranges.push((behind, None));
    ranges
}

#[cfg(test)]
mod tests {
    use super::cuts;

    #[test]
    fn ranges_lie_side_by_side() {
        assert_eq!(cuts(1000, 1000, 4), [(999, None)]);
        assert_eq!(cuts(1, 101, 2), [(0, Some(50)), (50, None)]);
        assert_eq!(cuts(0, u64::MAX, 2).len(), 2);
        for (low, high, count) in [(1, 2, 4), (7, 10, 3), (1000, 10_999, 3)] {
            let ranges = cuts(low, high, count);
            assert_eq!(ranges[0].0, low - 1);
            assert!(ranges.windows(2).all(|pair| pair[0].1 == Some(pair[1].0)), "{ranges:?}");
            assert!(ranges.last().is_some_and(|last| last.1.is_none() && last.0 < high));
        }
    }
}
