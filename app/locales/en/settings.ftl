# Settings of a company.

settings-title = Settings
settings-isp = Your company
settings-language = Language
settings-suspended-access = When a line is suspended
settings-suspended-reject = Turn it away
settings-suspended-walled = Show the pay page only
settings-zone = Time zone
