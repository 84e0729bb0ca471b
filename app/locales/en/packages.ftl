# What is sold.

packages-title = Packages
package-add = Add package
package-edit = Edit package
package-archive = Archive
package-archive-body = Nobody new can take { $name }; those who have it keep it.
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
package-validity-days = Days
package-validity-months = Months
