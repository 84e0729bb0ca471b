# Lists, filters, paging, charts.

table-cards-hint = Press up and down to move, Enter to open.
table-clear-filters = Clear filters
table-filter-remove = Remove filter: { $label }
table-filters = Filters
table-next = Next page
table-page = Page { $page } of { $pages }
table-page-size = Rows per page
table-pages = Pages
table-previous = Previous page
table-range = { $from }–{ $to } of { $total }
table-results =
    { $count ->
        [one] { $count } result
       *[other] { $count } results
    }
table-select-all = Select every row on this page
table-select-every =
    { $count ->
        [one] Select the only match
       *[other] Select all { $count } matches
    }
table-select-row = Select { $name }
table-selected =
    { $count ->
        [one] { $count } selected
       *[other] { $count } selected
    }
table-sort-ascending = { $column }, sorted ascending. Sort descending.
table-sort-by = Sort by { $column }
table-sort-descending = { $column }, sorted descending. Sort ascending.
empty-search-body = Try fewer words or another spelling, or clear the filters.
empty-search-title = Nothing found
chart-data = Show as table
chart-hint = Move over the chart to read values.
