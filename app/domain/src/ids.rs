//! One type for each kind of identity, so that an invoice's id is never taken for a customer's. All are UUIDs, made
//! in time order (version 7) by whoever writes the row.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    TenantId,
    IspId,
    AccountId,
    CustomerId,
    ServiceId,
    PackageId,
    TaxProfileId,
    AddonId,
    DiscountId,
    ChargeId,
    HoldId,
    ServiceChangeId,
    PromoCodeId,
    PurchaseId,
    BillingProfileId,
    BillingRunId,
    InvoiceId,
    PaymentId,
    EntryId,
    ImportId,
    NasId,
    MasterId,
    ProposalId,
    MoveId,
    OverrideId,
    SessionId,
    DunningPlanId,
    PromiseId,
    BrakeId,
    MessageId,
    CreditNoteId,
    ProformaId,
    WriteOffId,
    RefundId,
    ApprovalId,
    RehearsalId,
    AllocationId,
    FairUseId,
    OfferId,
    TopUpId,
    BranchId,
    ZoneId,
    RouterId,
    RouterMoveId,
    TemplateId,
    ProvisionRunId,
    RolloutId,
    BackupId,
    BlockId,
    HoldingId,
}
