//! Networks of the demo: what the routers hand out, fixed addresses of which some are given, one nearly full, pieces of
//! version 6. So that each page of addresses has something to look at.

use anyhow::Result;
use domain::addresses::{BlockForm, RangeForm};
use domain::customers::{Paging, SubscriberFilter};
use domain::people::Caller;
use services::Services;
use services::addresses::{self, GiveForm};

/// Network, name, what it is for, gateway, pool or length of the pieces.
const BLOCKS: [(&str, &str, &str, &str, &str); 7] = [
    ("10.20.0.0/16", "Inside", "container", "", ""),
    ("10.20.0.0/24", "Switches and radios", "infrastructure", "10.20.0.1", ""),
    ("10.20.8.0/24", "Offices, inside", "static", "10.20.8.1", ""),
    ("198.51.100.0/27", "Offices", "static", "198.51.100.1", ""),
    ("203.0.113.0/29", "Servers at ours", "static", "203.0.113.1", ""),
    ("100.64.0.0/22", "Homes", "dynamic", "100.64.0.1", "subscribers"),
    ("2001:db8:20::/44", "Homes, version 6", "delegation", "", "56"),
];

/// How many lines get an address of which network.
const GIVEN: [(usize, usize); 3] = [(3, 9), (4, 4), (6, 12)];

pub async fn number(services: &Services, boss: &Caller) -> Result<()> {
    let mut blocks = Vec::new();
    for (network, name, category, gateway, last) in BLOCKS {
        let (pool, piece) = if category == "delegation" { ("", last) } else { (last, "") };
        let form = BlockForm {
            network: network.into(),
            name: name.into(),
            category: category.into(),
            gateway: gateway.into(),
            pool: pool.into(),
            piece: piece.into(),
            ..BlockForm::default()
        };
        blocks.push(addresses::create_block(services, boss, &form).await?);
    }
    let kept = RangeForm {
        ranges: "198.51.100.2-5".into(),
        kind: "reserved".into(),
        note: "Name servers and mail".into(),
        ..RangeForm::default()
    };
    addresses::keep_range(services, boss, blocks[3], &kept).await?;
    let found = services::customers::subscribers(services, boss, &SubscriberFilter::default(), Paging::new(1, 50)).await?;
    let mut rows = found.rows.into_iter();
    for (block, lines) in GIVEN {
        let form = GiveForm { block: blocks[block].to_string(), address: String::new() };
        for row in rows.by_ref().take(lines) {
            addresses::give(services, boss, row.service_id, &form).await?;
        }
    }
    Ok(())
}
