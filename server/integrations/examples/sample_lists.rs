//! Writes the three subscriber lists of end2end/data: one kept by hand, one of a router, one of another billing program,
//! each with the faults such lists have. The same bytes of content every time; people and numbers are made up.
//! Usage: cargo run -p integrations --example sample_lists -- end2end/data

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::fmt::Write;
use std::path::Path;

const MEN: [(&str, &str); 16] = [
    ("Rahim", "রহিম"),
    ("Karim", "করিম"),
    ("Jahangir", "জাহাঙ্গীর"),
    ("Mizanur", "মিজানুর"),
    ("Shafiqul", "শফিকুল"),
    ("Anisur", "আনিসুর"),
    ("Habibur", "হাবিবুর"),
    ("Kamrul", "কামরুল"),
    ("Nazmul", "নাজমুল"),
    ("Rafiqul", "রফিকুল"),
    ("Salma", "সালমা"),
    ("Nasrin", "নাসরিন"),
    ("Farida", "ফরিদা"),
    ("Shirin", "শিরিন"),
    ("Tanvir", "তানভীর"),
    ("Mahmuda", "মাহমুদা"),
];
const FAMILIES: [(&str, &str); 12] = [
    ("Uddin", "উদ্দিন"),
    ("Hossain", "হোসেন"),
    ("Rahman", "রহমান"),
    ("Islam", "ইসলাম"),
    ("Akter", "আক্তার"),
    ("Begum", "বেগম"),
    ("Ahmed", "আহমেদ"),
    ("Chowdhury", "চৌধুরী"),
    ("Mia", "মিয়া"),
    ("Sarker", "সরকার"),
    ("Khatun", "খাতুন"),
    ("Das", "দাস"),
];
const PLACES: [(&str, &str); 8] = [
    ("Mirpur 10", "মিরপুর ১০"),
    ("Pallabi", "পল্লবী"),
    ("Kazipara", "কাজীপাড়া"),
    ("Shewrapara", "শেওড়াপাড়া"),
    ("Uttara Sector 7", "উত্তরা সেক্টর ৭"),
    ("Mohammadpur", "মোহাম্মদপুর"),
    ("Rampura", "রামপুরা"),
    ("Badda", "বাড্ডা"),
];
/// Name, Mbit/s, taka.
const PACKAGES: [(&str, u32, u32); 5] =
    [("Home 5", 5, 500), ("Home 10", 10, 800), ("Home 20", 20, 1200), ("Home 30", 30, 1500), ("Corporate 50", 50, 5000)];

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(sides)) as u32
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len() as u32) as usize]
    }

    /// Ten digits of a mobile number without the leading zero.
    fn mobile(&mut self) -> String {
        format!("1{}{:08}", 3 + self.roll(7), self.roll(100_000_000))
    }
}

fn bengali(text: &str) -> String {
    text.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32('০' as u32 + digit)).unwrap_or(c)).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: sample_lists FOLDER")?;
    let folder = Path::new(&folder);
    kept_by_hand()?.save(folder.join("kept-by-hand.xlsx"))?;
    std::fs::write(folder.join("mikrotik-ppp-secret.csv"), router_list()?)?;
    std::fs::write(folder.join("phpnuxbill-customers.csv"), billing_program_list()?)?;
    Ok(())
}

const HAND_HEADER: [&str; 12] = [
    "ক্রমিক",
    "User ID",
    "Password",
    "গ্রাহকের নাম",
    "Mobile No.",
    "Package",
    "Speed",
    "মাসিক বিল (৳)",
    "Connection Date",
    "বকেয়া",
    "ঠিকানা",
    "Remarks",
];

/// A sheet as an office keeps it: titles on top, two languages, every hand its own way of writing.
fn kept_by_hand() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 3, 15)?));
    let sheet = book.add_worksheet();
    sheet.set_name("Subscribers")?;
    sheet.merge_range(0, 0, 0, 11, "পদ্মা নেট — গ্রাহক তালিকা / Subscriber list", &Format::new().set_bold())?;
    sheet.write(1, 0, "Updated 15/03/2026")?;
    for (column, name) in HAND_HEADER.iter().enumerate() {
        sheet.write(3, column as u16, *name)?;
    }
    let mut dice = Dice(1971);
    let mut row = 4;
    for n in 1..=220 {
        // Every fortieth line is left blank, as between the pages of the old book.
        if n % 40 == 0 {
            row += 1;
        }
        hand_row(sheet, row, n, &mut dice)?;
        row += 1;
        // The same person again, entered twice.
        if matches!(n, 33 | 77 | 121 | 180) {
            sheet.write(row, 1, format!(" PN{n:04} "))?;
            sheet.write(row, 3, "একই গ্রাহক")?;
            row += 1;
        }
    }
    wrong_hand_rows(sheet, row)?;
    sheet.write(row + 12, 3, "মোট")?;
    sheet.write(row + 12, 7, 214_300)?;
    Ok(book)
}

fn hand_row(sheet: &mut Worksheet, row: u32, n: u32, dice: &mut Dice) -> Result<(), XlsxError> {
    let (first, family, place) = (*dice.one(&MEN), *dice.one(&FAMILIES), *dice.one(&PLACES));
    let (package, speed, price) = *dice.one(&PACKAGES);
    sheet.write(row, 0, n)?;
    sheet.write(row, 1, format!("pn{n:04}"))?;
    match n % 3 {
        0 => sheet.write(row, 2, 100_000 + dice.roll(900_000))?,
        _ => sheet.write(row, 2, format!("{}{:03}", first.0.to_lowercase(), dice.roll(1000)))?,
    };
    let name = if n.is_multiple_of(4) { format!("{} {}", first.0, family.0) } else { format!("{} {}", first.1, family.1) };
    sheet.write(row, 3, name)?;
    hand_mobile(sheet, row, n, &dice.mobile())?;
    let written = match n % 4 {
        0 => package.to_uppercase(),
        1 => package.replace(' ', "-"),
        2 => format!(" {package} "),
        _ => package.to_string(),
    };
    sheet.write(row, 5, written)?;
    match n % 4 {
        0 => sheet.write(row, 6, speed)?,
        1 => sheet.write(row, 6, format!("{speed} Mbps"))?,
        2 => sheet.write(row, 6, format!("{} এমবিপিএস", bengali(&speed.to_string())))?,
        _ => sheet.write(row, 6, format!("{speed}M"))?,
    };
    // One who bargained.
    hand_price(sheet, row, n, if n == 50 { price - 50 } else { price })?;
    hand_date(sheet, row, n, dice)?;
    if n.is_multiple_of(9) {
        sheet.write(row, 9, format!("৳{}", price))?;
    }
    let house = 1 + dice.roll(90);
    let address = if n.is_multiple_of(2) {
        format!("বাসা {}, {}", bengali(&house.to_string()), place.1)
    } else {
        format!("House {house}, Road {}, {}", 1 + dice.roll(20), place.0)
    };
    sheet.write(row, 10, address)?;
    if n.is_multiple_of(25) {
        sheet.write(row, 11, "-- ask for NID")?;
    }
    Ok(())
}

fn hand_mobile(sheet: &mut Worksheet, row: u32, n: u32, mobile: &str) -> Result<(), XlsxError> {
    match n % 7 {
        0 => sheet.write(row, 4, format!("0{}-{}", &mobile[..4], &mobile[4..]))?,
        1 => sheet.write(row, 4, format!("+880 {} {}", &mobile[..4], &mobile[4..]))?,
        2 => sheet.write(row, 4, format!("880{mobile}"))?,
        // Typed into a cell for figures: the zero in front is gone.
        3 => sheet.write(row, 4, mobile.parse::<f64>().unwrap_or_default())?,
        4 => sheet.write(row, 4, bengali(&format!("0{mobile}")))?,
        5 if n.is_multiple_of(3) => sheet.write(row, 4, format!("0{mobile} / 01819{:06}", n * 37))?,
        5 => sheet.write(row, 4, "")?,
        _ => sheet.write(row, 4, format!("0{mobile}"))?,
    };
    Ok(())
}

fn hand_price(sheet: &mut Worksheet, row: u32, n: u32, price: u32) -> Result<(), XlsxError> {
    let grouped = if price >= 1000 { format!("{},{:03}", price / 1000, price % 1000) } else { price.to_string() };
    match n % 5 {
        0 => sheet.write(row, 7, format!("৳ {grouped}"))?,
        1 => sheet.write(row, 7, format!("৳{}", bengali(&grouped)))?,
        2 => sheet.write(row, 7, format!("{grouped}/-"))?,
        3 => sheet.write(row, 7, format!("Tk {grouped}.00"))?,
        _ => sheet.write(row, 7, price)?,
    };
    Ok(())
}

fn hand_date(sheet: &mut Worksheet, row: u32, n: u32, dice: &mut Dice) -> Result<(), XlsxError> {
    let (year, month, day) = (2019 + dice.roll(7), 1 + dice.roll(12), 1 + dice.roll(28));
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match n % 4 {
        0 => {
            let format = Format::new().set_num_format("dd-mmm-yyyy");
            sheet.write_with_format(row, 8, &ExcelDateTime::from_ymd(year as u16, month as u8, day as u8)?, &format)?
        }
        1 => sheet.write(row, 8, format!("{day:02}/{month:02}/{year}"))?,
        2 => sheet.write(row, 8, format!("{day}-{}-{:02}", names[month as usize - 1], year % 100))?,
        _ => sheet.write(row, 8, bengali(&format!("{day:02}/{month:02}/{year}")))?,
    };
    Ok(())
}

/// One fault a row: what each of them must be told is in the tests of the import.
fn wrong_hand_rows(sheet: &mut Worksheet, from: u32) -> Result<(), XlsxError> {
    let good = ["", "", "pass1", "ভুল সারি", "01711-000001", "Home 10", "10", "800", "01/02/2024", "", "Mirpur", ""];
    let faults: [(usize, &str); 11] = [
        (1, "rahim mia"),
        (1, ""),
        (2, ""),
        (4, "0171-12345"),
        (4, "1.71112E+09"),
        (7, "-800"),
        (7, "800.125"),
        (8, "31/02/2024"),
        (8, "soon"),
        (5, ""),
        (11, "=HYPERLINK(\"http://example.com\",\"NID\")"),
    ];
    for (at, (column, fault)) in faults.into_iter().enumerate() {
        let user = format!("pnx{at:02}");
        let mut cells = good;
        cells[1] = &user;
        if column == 5 {
            // Neither package nor speed nor price.
            (cells[6], cells[7]) = ("", "");
        }
        cells[column] = fault;
        for (n, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(from + at as u32, n as u16, *cell)?;
        }
    }
    Ok(())
}

/// `/ppp secret` of a router, as its export scripts write it.
fn router_list() -> Result<String, std::fmt::Error> {
    let mut text = String::from(
        "name,service,caller-id,password,profile,remote-address,routes,limit-bytes-in,limit-bytes-out,last-logged-out,comment,disabled\r\n",
    );
    let mut dice = Dice(88);
    for n in 1..=160_u32 {
        let (first, family, place) = (*dice.one(&MEN), *dice.one(&FAMILIES), *dice.one(&PLACES));
        let name = match n {
            57 => "MIR056".to_string(),
            90 => "mir 090".to_string(),
            _ => format!("mir{n:03}"),
        };
        let caller = if n % 3 == 0 { format!("A4:2B:B0:{:02X}:{:02X}:{:02X}", dice.roll(256), dice.roll(256), n) } else { String::new() };
        let password = if n == 101 { String::new() } else { format!("{:06}", dice.roll(1_000_000)) };
        let profile = if matches!(n, 20 | 60 | 140) { "default".to_string() } else { format!("{}M", dice.one(&[5, 10, 20, 30])) };
        let remote = match n % 10 {
            0 => format!("103.112.{}.{n}", 10 + n % 3),
            1..=5 => "pool-home".to_string(),
            _ => String::new(),
        };
        let mobile = dice.mobile();
        let comment = match n % 6 {
            0 => format!("{} {} / 0{mobile}", first.0, family.0),
            1 => format!("\"{} {}, 0{}-{}, {}\"", first.0, family.0, &mobile[..4], &mobile[4..], place.0),
            2 => format!("{} {} | {} | +880{mobile}", first.1, family.1, place.1),
            3 => format!("{} {} 0{mobile}", first.0, family.0),
            4 => format!("{} {}", first.0, family.0),
            _ => String::new(),
        };
        let logged = if n.is_multiple_of(4) {
            "jan/01/1970 00:00:00".to_string()
        } else {
            format!("mar/{:02}/2026 {:02}:14:0{}", 1 + n % 14, n % 24, n % 10)
        };
        let disabled = n % 23 == 0;
        writeln!(text, "{name},pppoe,{caller},{password},{profile},{remote},,0,0,{logged},{comment},{disabled}\r")?;
    }
    Ok(text)
}

/// The customers export of a common billing program: semicolons, everything quoted, one line a recharge.
fn billing_program_list() -> Result<String, std::fmt::Error> {
    let mut text = String::from(
        "\"id\";\"username\";\"fullname\";\"phonenumber\";\"email\";\"balance\";\"namebp\";\"routers\";\"status\";\"Payment\"\n",
    );
    let mut dice = Dice(2026);
    for n in 1..=180_u32 {
        let (first, family) = (*dice.one(&MEN), *dice.one(&FAMILIES));
        let mobile = dice.mobile();
        let phone = if n == 44 { "N/A".to_string() } else { format!("880{mobile}") };
        let username = if n % 3 == 0 { format!("880{mobile}") } else { format!("{}{n}", first.0.to_lowercase()) };
        let email = match n {
            66 => "not an address".to_string(),
            _ if n % 2 == 0 => format!("{}.{}{n}@example.com", first.0.to_lowercase(), family.0.to_lowercase()),
            _ => String::new(),
        };
        let plan = if n == 99 { "Trial Week".to_string() } else { dice.one(&["Home-5", "Home-10", "Home-20", "Home-30"]).to_string() };
        let status = if n % 12 == 0 { "off" } else { "on" };
        let balance = if n % 15 == 0 { "250.00" } else { "0.00" };
        let mut line = |status: &str, payment: &str| {
            writeln!(
                text,
                "\"{n}\";\"{username}\";\"{} {}\";\"{phone}\";\"{email}\";\"{balance}\";\"{plan}\";\"Mirpur-CCR\";\"{status}\";\"{payment}\"",
                first.0, family.0
            )
        };
        line(status, "Recharge - Admin")?;
        // An older recharge of the same customer is a second line.
        if n % 14 == 0 {
            line("off", "bKash - Gateway")?;
        }
    }
    Ok(text)
}
