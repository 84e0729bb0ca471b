//! Which column is which field: guessed from the names, remembered from the last file of the same make, and always the
//! person's to change. A column nobody recognises is left out, never squeezed into a field.

use super::fields::Field;
use super::text::fold;
use std::collections::{BTreeMap, BTreeSet};

/// For each column of the file, the field it holds; `None` leaves it out.
pub type Mapping = Vec<Option<Field>>;

/// Names under which our own file of problem rows says what is wrong, in every language of the product.
const PROBLEM_NAMES: [&str; 3] = ["problem", "problems", "সমস্যা"];

/// The column that our own download adds; reading it back ignores it.
pub fn is_problem_header(name: &str) -> bool {
    PROBLEM_NAMES.contains(&fold(name).as_str())
}

/// Is this cell the name of a column, as far as we know such names? Finds the header below title rows.
pub fn recognise(cell: &str) -> bool {
    let name = fold(cell);
    !name.is_empty()
        && (exact(&name).is_some()
            || is_problem_header(cell)
            || ["sl", "slno", "serial", "no", "ক্রমিক", "ক্রমিকনং", "router", "routers", "service"].contains(&name.as_str()))
}

fn exact(name: &str) -> Option<Field> {
    // Names are written in this file as people type them; folding brings them to the normal form.
    Field::ALL.iter().copied().find(|field| field.names().iter().any(|known| *known == name || fold(known) == name))
}

fn piece(name: &str) -> Option<Field> {
    Field::PIECES.iter().find(|(piece, _)| name.contains(fold(piece).as_str())).map(|(_, field)| *field)
}

/// The likely meaning of each column. Exact names win over pieces, the left column wins over the right one, and a field
/// is given once.
pub fn guess_mapping(header: &[String]) -> Mapping {
    let names: Vec<String> = header.iter().map(|name| fold(name)).collect();
    let routeros = is_routeros(&names);
    let mut mapping: Mapping = vec![None; header.len()];
    let mut taken = BTreeSet::new();
    let mut place = |mapping: &mut Mapping, at: usize, field: Option<Field>| {
        if let Some(field) = field
            && mapping[at].is_none()
            && taken.insert(field)
        {
            mapping[at] = Some(field);
        }
    };
    for (at, name) in names.iter().enumerate() {
        let field = match name.as_str() {
            "name" if routeros => Some(Field::Username),
            _ if is_problem_header(name) => None,
            name => exact(name),
        };
        place(&mut mapping, at, field);
    }
    for (at, name) in names.iter().enumerate() {
        place(&mut mapping, at, piece(name).filter(|_| !is_problem_header(name)));
    }
    mapping
}

/// `/ppp secret` of a router calls the user name "name".
fn is_routeros(names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|known| known == name);
    has("name") && has("profile") && (has("service") || has("callerid") || has("remoteaddress") || has("lastloggedout"))
}

/// The same export next month has the same signature: its column names, folded and in order of the alphabet, without
/// the one that we added.
pub fn header_signature(header: &[String]) -> String {
    let mut names: Vec<String> = keyed(header).into_iter().flatten().collect();
    names.sort();
    names.join("|")
}

/// Column names that can be told apart: the second "Bill" is `bill#2`.
fn keyed(header: &[String]) -> Vec<Option<String>> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut key = |name: &String| {
        let name = fold(name);
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name}#{count}") }
    };
    header.iter().map(|name| (!is_problem_header(name)).then(|| key(name))).collect()
}

/// A mapping in the form that is kept for the next file: by name of the column, not by its place.
pub fn remember(header: &[String], mapping: &Mapping) -> BTreeMap<String, Option<Field>> {
    let pairs = keyed(header).into_iter().zip(mapping);
    pairs.filter_map(|(key, field)| Some((key?, *field))).collect()
}

/// A remembered mapping, laid over this header.
pub fn recall(header: &[String], remembered: &BTreeMap<String, Option<Field>>) -> Mapping {
    let field = |key: Option<String>| key.and_then(|key| remembered.get(&key).copied().flatten());
    keyed(header).into_iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    fn guessed(names: &[&str]) -> Vec<&'static str> {
        guess_mapping(&header(names)).into_iter().map(|field| field.map_or("-", Field::slug)).collect()
    }

    #[test]
    fn a_list_kept_by_hand() {
        let names = [
            "SL",
            "User ID",
            "Customer Name",
            "Mobile No.",
            "Package",
            "Speed (Mbps)",
            "Monthly Bill (Tk)",
            "Connection Date",
            "Expiry Date",
            "Due",
            "Address",
            "Remarks",
        ];
        let expected =
            ["-", "username", "name", "mobile", "package", "speed", "price", "starts-on", "paid-until", "opening-due", "address", "note"];
        assert_eq!(guessed(&names), expected);
    }

    #[test]
    fn a_list_in_bengali() {
        let names =
            ["ক্রমিক", "গ্রাহকের নাম", "মোবাইল নম্বর", "ইউজার আইডি", "পাসওয়ার্ড", "প্যাকেজ", "মাসিক বিল", "সংযোগের তারিখ", "মেয়াদ শেষ", "বকেয়া", "ঠিকানা"];
        let expected =
            ["-", "name", "mobile", "username", "password", "package", "price", "starts-on", "paid-until", "opening-due", "address"];
        assert_eq!(guessed(&names), expected);
    }

    #[test]
    fn a_router_calls_the_user_name_name() {
        let names = [
            "name",
            "service",
            "caller-id",
            "password",
            "profile",
            "remote-address",
            "routes",
            "limit-bytes-in",
            "last-logged-out",
            "comment",
            "disabled",
        ];
        let expected = ["username", "-", "mac", "password", "package", "static-ip", "-", "-", "-", "note", "disabled"];
        assert_eq!(guessed(&names), expected);
    }

    #[test]
    fn a_billing_program_keeps_credit_in_balance() {
        let names = ["id", "username", "fullname", "phonenumber", "email", "balance", "namebp", "routers", "status", "Payment"];
        assert_eq!(guessed(&names), ["number", "username", "name", "mobile", "email", "-", "package", "-", "status", "-"]);
    }

    #[test]
    fn a_field_is_given_once_and_the_problem_column_never() {
        assert_eq!(guessed(&["Mobile", "Phone", "Problem", "সমস্যা", ""]), ["mobile", "-", "-", "-", "-"]);
        assert_eq!(header_signature(&header(&["Mobile", "Name", "Problem"])), header_signature(&header(&["name", "MOBILE "])));
    }

    #[test]
    fn a_mapping_survives_columns_that_move() {
        let first = header(&["Code", "Bill", "Bill", "Who"]);
        let kept = remember(&first, &vec![Some(Field::Username), Some(Field::Price), Some(Field::OpeningDue), Some(Field::Name)]);
        let again = header(&["Who", "Problem", "Bill", "Bill", "Code"]);
        assert_eq!(header_signature(&first), header_signature(&again));
        assert_eq!(
            recall(&again, &kept),
            vec![Some(Field::Name), None, Some(Field::Price), Some(Field::OpeningDue), Some(Field::Username)]
        );
    }

    #[test]
    fn no_name_means_two_fields() {
        for field in Field::ALL {
            for name in field.names() {
                assert_eq!(exact(&fold(name)), Some(*field), "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_header_gives_each_field_once(names in proptest::collection::vec("[a-z ]{0,12}|mobile.{0,4}|নাম", 0..20)) {
            let mapping = guess_mapping(&names);
            prop_assert_eq!(mapping.len(), names.len());
            let given: Vec<_> = mapping.into_iter().flatten().collect();
            let once: BTreeSet<_> = given.iter().copied().collect();
            prop_assert_eq!(given.len(), once.len());
        }
    }
}
