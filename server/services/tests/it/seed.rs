//! What most stories begin with: a package, and customers with one line each.

use domain::packages::PackageForm;
use domain::people::Caller;
use domain::{CustomerId, PackageId};
use services::Services;
use services::customers::{CustomerForm, create_customer};

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
    };
    create_customer(services, caller, &form).await.unwrap()
}
