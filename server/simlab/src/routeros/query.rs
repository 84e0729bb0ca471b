//! The query of a `print`: a small program for a stack of answers (MikroTik, "API", section queries).

use std::cmp::Ordering;

/// Does a row, looked up by property, answer to these words? Words that mean nothing are taken as not holding.
pub fn holds<'a>(words: &[String], value: impl Fn(&str) -> Option<&'a str>) -> bool {
    let mut stack: Vec<bool> = Vec::new();
    for word in words {
        let word = word.strip_prefix('?').unwrap_or(word);
        match word.strip_prefix('#') {
            Some(operations) => operate(&mut stack, operations),
            None => stack.push(compare(word, &value)),
        }
    }
    stack.into_iter().all(|answer| answer)
}

fn compare<'a>(word: &str, value: &impl Fn(&str) -> Option<&'a str>) -> bool {
    if let Some(name) = word.strip_prefix('-') {
        return value(name).is_none_or(str::is_empty);
    }
    let (wanted, rest) = match word.chars().next() {
        Some('<') => (Ordering::Less, &word[1..]),
        Some('>') => (Ordering::Greater, &word[1..]),
        Some('=') => (Ordering::Equal, &word[1..]),
        _ => (Ordering::Equal, word),
    };
    match rest.split_once('=') {
        Some((name, than)) => value(name).is_some_and(|is| order(is, than) == wanted),
        None => value(rest).is_some_and(|is| !is.is_empty()),
    }
}

fn order(left: &str, right: &str) -> Ordering {
    match (left.parse::<i64>(), right.parse::<i64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => truth(left).cmp(truth(right)),
    }
}

/// Routers take both ways to write a flag.
pub fn truth(value: &str) -> &str {
    match value {
        "yes" => "true",
        "no" => "false",
        other => other,
    }
}

fn operate(stack: &mut Vec<bool>, operations: &str) {
    let mut digits = String::new();
    for operation in operations.chars() {
        if operation.is_ascii_digit() {
            digits.push(operation);
            continue;
        }
        if let Ok(index) = std::mem::take(&mut digits).parse::<usize>()
            && let Some(copy) = stack.get(index).copied()
        {
            stack.push(copy);
        }
        match operation {
            '!' => stack.pop().into_iter().for_each(|top| stack.push(!top)),
            '&' | '|' => {
                if let (Some(right), Some(left)) = (stack.pop(), stack.pop()) {
                    stack.push(if operation == '&' { left && right } else { left || right });
                }
            }
            '.' => stack.last().copied().into_iter().for_each(|top| stack.push(top)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> bool {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        holds(&words, |name| match name {
            "name" => Some("rahim"),
            "disabled" => Some("false"),
            "rx-byte" => Some("900"),
            "comment" => Some(""),
            _ => None,
        })
    }

    #[test]
    fn words_without_operation_must_all_hold() {
        assert!(asked(&["?name=rahim", "?=disabled=no"]));
        assert!(!asked(&["?name=rahim", "?disabled=yes"]));
        assert!(asked(&[]));
    }

    #[test]
    fn operations_take_from_the_stack() {
        assert!(asked(&["?name=karim", "?name=rahim", "?#|"]));
        assert!(!asked(&["?name=karim", "?name=rahim", "?#&"]));
        assert!(asked(&["?name=karim", "?#!"]));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(asked(&["?<rx-byte=1000"]));
        assert!(!asked(&["?>rx-byte=1000"]));
    }

    #[test]
    fn a_property_is_there_or_not() {
        assert!(asked(&["?name", "?-comment", "?-nothing"]));
        assert!(!asked(&["?nothing"]));
    }
}
