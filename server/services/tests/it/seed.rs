//! What most stories begin with: a package, and customers with one line each.

use domain::packages::PackageForm;
use domain::people::Caller;
use domain::settings::{Key, SettingsForm};
use domain::{CustomerId, PackageId, TaxProfileId};
use services::Services;
use services::customers::{CustomerForm, create_customer};
use services::settings::{self, At};
use std::collections::BTreeMap;
use testkit::World;

pub async fn package(services: &Services, caller: &Caller, name: &str, price: &str) -> PackageId {
    let form = PackageForm {
        name: name.into(),
        up_mbps: "5".into(),
        down_mbps: "10".into(),
        price: price.into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    };
    services::packages::save_package(services, caller, None, &form).await.unwrap()
}

pub async fn customer(services: &Services, caller: &Caller, package: PackageId, username: &str) -> CustomerId {
    let form = CustomerForm {
        name: format!("Customer {username}"),
        mobile: "01711-123456".into(),
        address: "House 1, Road 2, Mirpur".into(),
        username: username.into(),
        password: format!("{username}-secret"),
        package_id: package.to_string(),
        ..Default::default()
    };
    create_customer(services, caller, &form).await.unwrap()
}

/// Puts a tax on a package of Padma's.
pub async fn tax_package(world: &World, package: PackageId, tax: TaxProfileId) {
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update package set tax_profile_id = $1 where id = $2").bind(tax.0).bind(package.0).execute(&mut raw).await.unwrap();
}

/// Sets one value of the ISP, as its page does.
pub async fn set(services: &Services, caller: &Caller, key: Key, value: &str) -> services::Result<()> {
    let group = key.def().group;
    let page = settings::page(services, caller, At::Isp, &[group]).await?;
    let own =
        page.groups.iter().flat_map(|group| &group.settings).find(|setting| setting.key == key).and_then(|setting| setting.own.clone());
    let slug = key.slug().to_string();
    let seen = own.map(|own| (slug.clone(), own.value)).into_iter().collect();
    let form = SettingsForm { values: BTreeMap::from([(slug, value.to_string())]), seen, ..SettingsForm::default() };
    settings::save(services, caller, At::Isp, group, &form).await
}
