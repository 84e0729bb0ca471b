# What is sold.

packages-title = Packages
package-add = Add package
package-edit = Edit package
package-archive = Archive
package-archive-body = Nobody new can take it; those who have it keep it.
package-down = Download speed
package-empty-body = A package has a name, a speed and a price. Subscribers are billed by it.
package-empty-title = No packages yet
package-kind = Kind
package-kind-hotspot = Hotspot
package-kind-pppoe = PPPoE
package-kind-static-ip = Static IP
package-name = Package name
package-price = Price
package-speed = Speed
package-speed-help = In Mbit/s. Leave empty for unlimited.
package-speed-value = { $down } / { $up } Mbps
package-subscribers = Subscribers
package-tax = Tax
package-tax-exclusive = plus { $rate }
package-tax-inclusive = including { $rate }
package-tax-none = No tax
package-up = Upload speed
package-validity = Validity
package-validity-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
package-validity-months =
    { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
package-restore = Sell again
package-restore-body = It can be chosen for new lines again.
package-unit = Counted in
package-unit-days = Days
package-unit-months = Months
package-speed-both = { $down } down / { $up } up
package-unlimited = unlimited
package-validity-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
package-validity-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
