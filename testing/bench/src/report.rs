//! Statistics, and how figures are printed: one a line, with its aim beside it.

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    AtLeast(f64),
    AtMost(f64),
    /// The figure only explains others.
    None,
}

/// Prints one figure.
pub(crate) fn figure(what: &str, value: f64, unit: &str, aim: Aim) {
    let (aim, missed) = match aim {
        Aim::AtLeast(least) => (format!("aim: at least {}", number(least)), value < least),
        Aim::AtMost(most) => (format!("aim: at most {}", number(most)), value > most),
        Aim::None => (String::new(), false),
    };
    let verdict = if missed { "  MISSED" } else { "" };
    let line = format!("  {what:<64} {:>8} {unit:<4}  {aim}{verdict}", number(value));
    println!("{}", line.trim_end());
}

/// A number with about three digits.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        medium if medium >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The value below which a share of the samples lies.
pub(crate) fn quantile(samples: &mut [f64], share: f64) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    let at = (samples.len() as f64 * share) as usize;
    samples.get(at.min(samples.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// The median of the ratios of values that were measured in the same round.
pub(crate) fn paired(values: &[f64], others: &[f64]) -> f64 {
    let mut ratios: Vec<f64> = values.iter().zip(others).map(|(value, other)| value / other).collect();
    quantile(&mut ratios, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_the_same_round() {
        assert_eq!(paired(&[1.0, 10.0, 4.0], &[2.0, 20.0, 1.0]), 0.5);
    }

    #[test]
    fn quantiles_are_samples() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 1.0), 3.0);
        assert!(quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!([0.123, 1.234, 12.34, 1234.5].map(number), ["0.12", "1.23", "12.3", "1234"]);
    }
}
