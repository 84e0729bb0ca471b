//! Subscribers that do not exist, for crowds: names put together from common ones, in a file like any other.

const FIRST: &[&str] = &[
    "Abdul", "Ayesha", "Babul", "Chandni", "Delwar", "Farhana", "Gias", "Habib", "Imran", "Jasmin", "Kamal", "Laila", "Mahmud", "Nasrin",
    "Omar", "Parvin", "Rafiq", "Salma", "Tariq", "Umme", "Yusuf", "Zakir", "Moushumi", "Shahin", "Rokeya", "Anwar", "Bilkis", "Faisal",
    "Hasina", "Jamal",
];
const LAST: &[&str] = &[
    "Ahmed",
    "Akter",
    "Ali",
    "Alam",
    "Begum",
    "Bhuiyan",
    "Chowdhury",
    "Das",
    "Hasan",
    "Hossain",
    "Islam",
    "Karim",
    "Khan",
    "Khatun",
    "Mia",
    "Mondal",
    "Rahman",
    "Roy",
    "Sarker",
    "Sikder",
    "Sultana",
    "Talukder",
    "Uddin",
];
const AREAS: &[&str] = &["Mirpur", "Uttara", "Banani", "Dhanmondi", "Mohammadpur", "Badda", "Khilgaon", "Savar", "Tongi", "Keraniganj"];
const PLANS: &[(&str, u32)] = &[("Home 5", 500), ("Home 10", 800), ("Home 20", 1_000), ("Home 40", 1_500), ("Office 100", 4_000)];

/// A list of `count` subscribers as CSV, with passwords. The same numbers give the same people.
pub fn list(prefix: &str, count: u32) -> String {
    let mut text = String::from("Customer Name,Mobile,User ID,Password,Package,Speed,Monthly Bill,Address\n");
    for n in 0..count {
        let pick = |from: &[&'static str], by: u32| from[((n / by) as usize + n as usize * 7) % from.len()];
        let (plan, price) = PLANS[(n as usize * 3 + n as usize / 5) % PLANS.len()];
        let speed = plan.rsplit(' ').next().unwrap_or_default();
        let (first, last, area) = (pick(FIRST, 1), pick(LAST, 30), pick(AREAS, 3));
        text.push_str(&format!(
            "{first} {last},017{:08},{prefix}{n},{},{plan},{speed} Mbps,{price},\"House {}, Road {}, {area}\"\n",
            10_000_000 + n,
            super::password(),
            n % 90 + 1,
            n % 25 + 1
        ));
    }
    text
}
