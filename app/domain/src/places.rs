//! Places on the map and shapes around them. Degrees are whole millionths (about 11 cm), so that nothing here needs a
//! float; distances are good to a few in a thousand, which is less than anybody draws a zone to.

use crate::Problem;
use crate::money::ascii_digits;
use serde::{Deserialize, Serialize};

const DEGREE: i128 = 1_000_000;
/// Millimetres in a millionth of a degree of latitude, times 1,000.
const MILLIMETRES: i128 = 111_195;
pub const LEAST_METRES: i32 = 10;
pub const MOST_METRES: i32 = 200_000;
const MOST_CORNERS: usize = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Millionths of a degree, north and east.
    pub latitude: i32,
    pub longitude: i32,
}

/// Where something is: within metres of a place, or inside of an outline whose last corner is its first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle { centre: Place, metres: i32 },
    Outline(Vec<Place>),
}

/// `23.8103` as millionths; `None` where it is no such number or beyond `most` degrees.
fn degrees(text: &str, most: i32) -> Option<i32> {
    let text = ascii_digits(text.trim());
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 20 || !digits(whole) || !digits(part) {
        return None;
    }
    // What a map shows behind the sixth digit is less than a hand's breadth.
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    let value = whole.parse::<i32>().ok()? * 1_000_000 + part.parse::<i32>().ok()?;
    (value <= most * 1_000_000).then_some(if negative { -value } else { value })
}

/// Millionths as they are typed: `23.8103`.
pub fn degrees_text(value: i32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:06}", value.unsigned_abs() / 1_000_000, value.unsigned_abs() % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

impl Place {
    /// Both fields, or neither.
    pub fn read(latitude: &str, longitude: &str) -> Result<Option<Place>, Vec<Problem>> {
        if latitude.trim().is_empty() && longitude.trim().is_empty() {
            return Ok(None);
        }
        let one = |text: &str, field: &str, most: i32| {
            degrees(text, most).ok_or_else(|| Problem::new(field, &format!("problem-{field}")).with("most", most))
        };
        match (one(latitude, "latitude", 90), one(longitude, "longitude", 180)) {
            (Ok(latitude), Ok(longitude)) => Ok(Some(Place { latitude, longitude })),
            (latitude, longitude) => Err(latitude.err().into_iter().chain(longitude.err()).collect()),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", degrees_text(self.latitude), degrees_text(self.longitude))
    }
}

/// Millionths of the cosine of a latitude, by the formula of Bhaskara I.
fn cosine(latitude: i32) -> i128 {
    let square = i128::from(latitude) * i128::from(latitude);
    let whole = 32_400 * DEGREE * DEGREE;
    (whole - 4 * square) * 1_000_000 / (whole + square)
}

/// Twice the area that three corners turn around, positive where they turn left.
fn turn(a: Place, b: Place, c: Place) -> i128 {
    let [(ay, ax), (by, bx), (cy, cx)] = [a, b, c].map(|place| (i128::from(place.latitude), i128::from(place.longitude)));
    (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}

fn between(a: Place, b: Place, c: Place) -> bool {
    let within = |low: i32, high: i32, value: i32| (low.min(high)..=low.max(high)).contains(&value);
    within(a.latitude, b.latitude, c.latitude) && within(a.longitude, b.longitude, c.longitude)
}

/// Do two sides meet anywhere?
fn meet((a, b): (Place, Place), (c, d): (Place, Place)) -> bool {
    let turns = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
    let cross = turns[0].signum() * turns[1].signum() < 0 && turns[2].signum() * turns[3].signum() < 0;
    let touch = [(0, a, b, c), (1, a, b, d), (2, c, d, a), (3, c, d, b)];
    cross || touch.into_iter().any(|(at, from, to, corner)| turns[at] == 0 && between(from, to, corner))
}

impl Shape {
    pub fn circle(centre: Place, metres: &str) -> Result<Shape, Problem> {
        let metres = ascii_digits(metres.trim()).parse().ok().filter(|metres| (LEAST_METRES..=MOST_METRES).contains(metres));
        let wrong = || Problem::new("metres", "problem-zone-metres").with("least", LEAST_METRES).with("most", MOST_METRES);
        Ok(Shape::Circle { centre, metres: metres.ok_or_else(wrong)? })
    }

    /// A corner a line, `23.81, 90.41`, round until the first again.
    pub fn outline(text: &str) -> Result<Shape, Problem> {
        let wrong = |key: &str| Problem::new("outline", key);
        let mut corners: Vec<Place> = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let read = line.split_once(',').and_then(|(latitude, longitude)| Place::read(latitude, longitude).ok().flatten());
            corners.push(read.ok_or_else(|| wrong("problem-zone-corner").with("line", number + 1))?);
        }
        if corners.len() > MOST_CORNERS || corners.len() < 4 {
            return Err(wrong("problem-zone-corners").with("least", 3).with("most", MOST_CORNERS - 1));
        }
        if corners.first() != corners.last() {
            return Err(wrong("problem-zone-open").with("first", corners.first().map(ToString::to_string).unwrap_or_default()));
        }
        let sides: Vec<(Place, Place)> = corners.windows(2).map(|side| (side[0], side[1])).collect();
        for (at, side) in sides.iter().enumerate() {
            // Neighbours share a corner.
            let mut others = sides.iter().enumerate().skip(at + 2).filter(|(other, _)| at > 0 || other + 1 < sides.len());
            if let Some((other, _)) = others.find(|(_, other)| meet(*side, **other)) {
                return Err(wrong("problem-zone-crosses").with("one", at + 1).with("other", other + 1));
            }
        }
        let shape = Shape::Outline(corners);
        if shape.square_metres() == 0 { Err(wrong("problem-zone-flat")) } else { Ok(shape) }
    }

    pub fn holds(&self, place: Place) -> bool {
        match self {
            Shape::Circle { centre, metres } => {
                let north = i128::from(place.latitude - centre.latitude) * MILLIMETRES / 1_000;
                let east = i128::from(place.longitude) - i128::from(centre.longitude);
                let east = east * MILLIMETRES / 1_000 * cosine(centre.latitude) / 1_000_000;
                let most = i128::from(*metres) * 1_000;
                north * north + east * east <= most * most
            }
            Shape::Outline(corners) => {
                let mut inside = false;
                for side in corners.windows(2) {
                    let (a, b) = (side[0], side[1]);
                    if turn(a, b, place) == 0 && between(a, b, place) {
                        return true;
                    }
                    // A ray to the east crosses the side.
                    let crosses = (a.latitude > place.latitude) != (b.latitude > place.latitude);
                    inside ^= crosses && (turn(a, b, place) > 0) == (b.latitude > a.latitude);
                }
                inside
            }
        }
    }

    /// How large it is: of several around a place, the smallest is meant.
    pub fn square_metres(&self) -> i128 {
        match self {
            Shape::Circle { metres, .. } => i128::from(*metres) * i128::from(*metres) * 355 / 113,
            Shape::Outline(corners) => {
                let Some(first) = corners.first() else { return 0 };
                let twice: i128 = corners.windows(2).map(|side| turn(*first, side[0], side[1])).sum();
                // A millionth of a degree squared is 0.012364 m² at the equator.
                twice.abs() * 12_364 / 2_000_000 * cosine(first.latitude) / 1_000_000
            }
        }
    }

    /// As it is typed.
    pub fn outline_text(&self) -> String {
        match self {
            Shape::Circle { .. } => String::new(),
            Shape::Outline(corners) => corners.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(latitude: &str, longitude: &str) -> Place {
        Place::read(latitude, longitude).unwrap().unwrap()
    }

    fn key(text: &str) -> String {
        Shape::outline(text).unwrap_err().key
    }

    #[test]
    fn degrees_are_read_as_people_write_them() {
        assert_eq!(at("23.8103", "90.4125"), Place { latitude: 23_810_300, longitude: 90_412_500 });
        assert_eq!(at(" ২৩.৮১ ", "-90"), Place { latitude: 23_810_000, longitude: -90_000_000 });
        assert_eq!(at("-0.5", "0").to_string(), "-0.5, 0");
        assert_eq!(Place::read("", " "), Ok(None));
        let fields = |latitude, longitude| Place::read(latitude, longitude).unwrap_err().into_iter().map(|p| p.field).collect::<Vec<_>>();
        assert_eq!(fields("90.1", "90"), ["latitude"]);
        assert_eq!(fields("north", "181"), ["latitude", "longitude"]);
        assert_eq!(fields("23.8", ""), ["longitude"], "one alone is no place");
        assert_eq!(fields("1e3", "--1"), ["latitude", "longitude"]);
    }

    #[test]
    fn a_circle_is_as_wide_in_both_directions() {
        let circle = Shape::circle(at("23.81", "90.41"), "1000").unwrap();
        // A kilometre is 0.00899 degrees of latitude, and 0.00983 of longitude at Dhaka.
        assert!(circle.holds(at("23.8189", "90.41")) && !circle.holds(at("23.8191", "90.41")));
        assert!(circle.holds(at("23.81", "90.4197")) && !circle.holds(at("23.81", "90.4200")));
        assert_eq!(Shape::circle(at("0", "0"), "5").unwrap_err().key, "problem-zone-metres");
    }

    #[test]
    fn an_outline_closes_and_does_not_cross_itself() {
        let square = Shape::outline("23.8, 90.4\n23.8, 90.5\n23.9, 90.5\n\n23.9, 90.4\n23.8, 90.4").unwrap();
        assert!(square.holds(at("23.85", "90.45")) && square.holds(at("23.8", "90.45")) && !square.holds(at("23.95", "90.45")));
        assert_eq!(Shape::outline(&square.outline_text()), Ok(square.clone()));
        let area = square.square_metres();
        assert!((112_000_000..=114_500_000).contains(&area), "11.12 km by 10.17 km: {area}");
        assert_eq!(key("23.8, 90.4\n23.8, 90.5\n23.9, 90.5\n23.9, 90.4"), "problem-zone-open");
        assert_eq!(key("23.8, 90.4\n23.9, 90.5\n23.9, 90.4\n23.8, 90.5\n23.8, 90.4"), "problem-zone-crosses");
        assert_eq!(key("23.8, 90.4\n23.8, 90.5\n23.8, 90.4"), "problem-zone-corners");
        assert_eq!(key("23.8, 90.4\n23.8\n23.9, 90.5\n23.8, 90.4"), "problem-zone-corner");
        let notch = "0, 0\n0, 10\n10, 10\n10, 0\n5, 5\n0, 0";
        let notch = Shape::outline(notch).unwrap();
        assert!(!notch.holds(at("5", "2")) && notch.holds(at("5", "8")) && notch.holds(at("1", "8")));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(latitude in -90_000_000..=90_000_000_i32, longitude in -180_000_000..=180_000_000_i32) {
            let place = Place { latitude, longitude };
            let text = place.to_string();
            let (north, east) = text.split_once(',').unwrap();
            prop_assert_eq!(Place::read(north, east), Ok(Some(place)));
        }

        #[test]
        fn a_triangle_holds_its_middle(corners in proptest::array::uniform3((-80_000_000..80_000_000_i32, -170_000_000..170_000_000_i32))) {
            let [a, b, c] = corners.map(|(latitude, longitude)| Place { latitude, longitude });
            prop_assume!(turn(a, b, c).abs() > 1_000_000_000_000);
            let middle = Place {
                latitude: (a.latitude / 3) + (b.latitude / 3) + (c.latitude / 3),
                longitude: (a.longitude / 3) + (b.longitude / 3) + (c.longitude / 3),
            };
            prop_assert!(Shape::Outline(vec![a, b, c, a]).holds(middle));
        }
    }
}
