//! When two values mean the same to a router: `yes` and `true`, `5m` and `00:05:00`, lists in another order. It never
//! takes two values for the same that a router would tell apart.

/// Properties whose value is a set between commas.
const SETS: [&str; 5] = ["service", "authentication", "login-by", "policy", "connection-state"];
/// Properties whose value is a time.
const TIMES: [&str; 6] =
    ["interim-update", "timeout", "http-cookie-lifetime", "radius-interim-update", "keepalive-timeout", "idle-timeout"];

/// Does the router have what is wanted? `is`: what it shows, if it shows the property at all.
pub fn same(property: &str, is: Option<&str>, wanted: &str) -> bool {
    let (is, wanted) = (truth(is.unwrap_or_default()), truth(wanted));
    if is == wanted || (is.is_empty() && wanted == "false") {
        return true;
    }
    if SETS.contains(&property) {
        return set(is) == set(wanted);
    }
    if TIMES.contains(&property)
        && let (Some(is), Some(wanted)) = (seconds(is), seconds(wanted))
    {
        return is == wanted;
    }
    // One address alone is a network of one.
    let alone = |text: &str| text.strip_suffix("/32").map_or_else(|| text.to_owned(), str::to_owned);
    alone(is) == alone(wanted)
}

fn truth(value: &str) -> &str {
    match value {
        "yes" => "true",
        "no" => "false",
        other => other,
    }
}

fn set(list: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = list.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts
}

/// Seconds of `1w2d3h4m5s`, `00:05:00` or bare seconds.
pub fn seconds(text: &str) -> Option<u64> {
    if text.contains(':') {
        let parts: Option<Vec<u64>> = text.split(':').map(|part| part.parse().ok()).collect();
        return parts.filter(|parts| parts.len() <= 3)?.iter().try_fold(0u64, |sum, part| sum.checked_mul(60)?.checked_add(*part));
    }
    let (mut total, mut number) = (0u64, None::<u64>);
    for character in text.chars() {
        if let Some(digit) = character.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit.into())?);
            continue;
        }
        let unit = match character {
            'w' => 604_800,
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    match number {
        Some(rest) => total.checked_add(rest),
        None => (!text.is_empty()).then_some(total),
    }
}
