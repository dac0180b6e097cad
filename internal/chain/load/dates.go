package load

// dates learns from all the dates of a column which number is the day.
type dates struct {
	fixed      string // the option
	monthFirst bool
	example    string
	days       int // only fit with the day first
	months     int // only fit with the month first
	either     int
	others     int // say it themselves
	numbers    int
	last       []byte
	moment     moment
}

func newDates(o *Options) *dates { return &dates{fixed: orderOf(o.TimeFormat), moment: noMoment} }

func (d *dates) read(text []byte) moment {
	if len(text) == 0 {
		return noMoment
	}
	if d.moment == noMoment || string(text) != string(d.last) {
		d.last = append(d.last[:0], text...)
		d.moment = parseMoment(text)
	}
	m := d.moment
	if m < 0 {
		return m
	}
	if d.example == "" {
		d.example = shorten(text)
	}
	if k := m.kind(); k != pair && k != pairOffset {
		d.others++
		return m
	}
	year, a, b, _, _ := m.numbers()
	switch dayOK, monthOK := isDate(year, b, a), isDate(year, a, b); {
	case dayOK && monthOK && a != b:
		d.either++
	case dayOK && !monthOK:
		d.days++
	case monthOK && !dayOK:
		d.months++
	default:
		d.others++
	}
	return m
}

// told reports whether the dates say by themselves which number is the day.
func (d *dates) told() bool { return d.fixed != "" || d.days != d.months || d.either == 0 }

func (d *dates) format() TimeFormat {
	f := TimeFormat{Name: "iso", Example: d.example, Days: d.days, Months: d.months, Ambiguous: !d.told()}
	if d.days+d.months+d.either > 0 {
		f.Name = DayFirst
		if d.monthFirst {
			f.Name = MonthFirst
		}
	}
	return f
}

// decide settles the order of day and month: by the option, by dates that fit
// only one way, by the other column, or else by which way the rows of a case
// go back in time less often, and by which spans less time.
func (t *table) decide() {
	list := []*dates{t.times}
	if t.starts != nil {
		list = append(list, t.starts)
	}
	for _, d := range list {
		d.monthFirst = d.months > d.days
		if d.fixed != "" {
			d.monthFirst = d.fixed == MonthFirst
		}
	}
	if t.starts != nil && t.times.told() != t.starts.told() {
		if t.times.told() && t.times.either+t.times.days+t.times.months > 0 {
			t.starts.monthFirst, t.starts.fixed = t.times.monthFirst, "by the other column"
		} else if t.starts.told() && t.starts.either+t.starts.days+t.starts.months > 0 {
			t.times.monthFirst, t.times.fixed = t.starts.monthFirst, "by the other column"
		}
	}
	if t.times.told() {
		return
	}
	back, span := t.disorder()
	t.times.monthFirst = back[1] < back[0] || back[1] == back[0] && span[1] < span[0]
	if t.starts != nil && !t.starts.told() {
		t.starts.monthFirst = t.times.monthFirst
	}
}

// disorder counts, with the day first and with the month first, how often the
// rows of a case go back in time, and how long the whole column spans.
func (t *table) disorder() (back [2]int, span [2]int64) {
	var last [2][]int64
	var low, high [2]int64
	for i := range last {
		last[i] = make([]int64, t.b.Cases())
	}
	t.b.Rows(func(row int, of uint32, raw int64) {
		for i, monthFirst := range []bool{false, true} {
			m := moment(raw).settle(monthFirst)
			if m < 0 {
				back[i]++
				continue
			}
			ms := m.ms()
			if ms < last[i][of] {
				back[i]++
			}
			last[i][of] = ms
			if row == 0 || ms < low[i] {
				low[i] = ms
			}
			if row == 0 || ms > high[i] {
				high[i] = ms
			}
		}
	})
	for i := range span {
		span[i] = high[i] - low[i]
	}
	return back, span
}

// orderOf understands the option: DayFirst, MonthFirst, or a pattern in which
// d or 02 stands for the day and M, %m or 01 for the month.
func orderOf(option string) string {
	switch option {
	case "", DayFirst, MonthFirst:
		return option
	}
	day, month := -1, -1
	for i := range len(option) {
		c := option[i]
		next := byte(0)
		if i+1 < len(option) {
			next = option[i+1]
		}
		switch {
		case day < 0 && (c == 'd' || c == 'D' || c == '0' && next == '2'):
			day = i
		case month < 0 && (c == 'M' || c == '0' && next == '1' || c == '%' && (next == 'm' || next == 'b')):
			month = i
		}
	}
	if month < 0 {
		for i := range len(option) {
			if option[i] == 'm' {
				month = i
				break
			}
		}
	}
	switch {
	case day < 0 || month < 0:
		return ""
	case day < month:
		return DayFirst
	}
	return MonthFirst
}
