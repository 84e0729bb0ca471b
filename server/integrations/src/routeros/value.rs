//! Values as RouterOS writes them: durations, yes and no, rates.

use std::time::Duration;

const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// `1w2d3h4m5s`; nothing is `0s`. Fractions of a second are left out.
pub fn duration(of: Duration) -> String {
    let mut rest = of.as_secs();
    let mut text = String::new();
    for (unit, seconds) in UNITS {
        if rest >= seconds {
            text.push_str(&format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    if text.is_empty() { "0s".into() } else { text }
}

/// `1w2d3h4m5s`, `00:05:00`, `5m`, `300ms` or bare seconds.
pub fn parse_duration(text: &str) -> Option<Duration> {
    if let Some(milliseconds) = text.strip_suffix("ms").and_then(|number| number.parse().ok()) {
        return Some(Duration::from_millis(milliseconds));
    }
    let mut total: u64 = 0;
    let mut number = String::new();
    let mut clock = text;
    for (at, character) in text.char_indices() {
        if character.is_ascii_digit() {
            number.push(character);
        } else if character == ':' {
            break;
        } else {
            let (_, seconds) = UNITS.iter().find(|(unit, _)| *unit == character)?;
            total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*seconds)?)?;
            number.clear();
            clock = text.get(at + 1..)?;
        }
    }
    if clock.contains(':') {
        let parts: Vec<u64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let seconds = parts.iter().try_fold(0u64, |sum, part| sum.checked_mul(60)?.checked_add(*part))?;
        return total.checked_add(seconds).map(Duration::from_secs);
    }
    if !number.is_empty() {
        total = total.checked_add(number.parse().ok()?)?;
    } else if text.is_empty() {
        return None;
    }
    Some(Duration::from_secs(total))
}

/// What routers say of flags: `true`, `false`, and `yes`, `no` where a person wrote them.
pub fn parse_flag(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// Bits per second of `10M`, `512k`, `1G` or `1000000`: k is 1,000.
pub fn parse_rate(text: &str) -> Option<u64> {
    let factors = [("k", 1_000), ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)];
    let found = factors.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = found.unwrap_or((text, 1));
    number.parse::<u64>().ok()?.checked_mul(factor)
}
