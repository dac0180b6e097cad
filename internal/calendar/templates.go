package calendar

// Pattern is a usual week to start from.
type Pattern struct {
	Code          string
	Name, English string
	Week          Week
}

// Patterns returns the weeks that a new calendar can start from. The caller may
// change what it gets.
func Patterns() []Pattern {
	const workdays, toSaturday = 5, 6
	return []Pattern{
		{"office", "Oficina, con pausa para comer", "Office, with a lunch break", same(workdays, "09:00-14:00", "15:00-18:00")},
		{"split", "Jornada partida", "Split day", same(workdays, "09:00-14:00", "16:00-19:00")},
		{"continuous", "Jornada continua", "Continuous day", same(workdays, "08:00-15:00")},
		{"saturday", "Lunes a viernes, y sábado por la mañana", "Monday to Friday, and Saturday morning", saturday()},
		{"shop", "Comercio, de lunes a sábado", "Shop, Monday to Saturday", same(toSaturday, "10:00-14:00", "17:00-20:30")},
		{"two_shifts", "Dos turnos", "Two shifts", same(workdays, "06:00-14:00", "14:00-22:00")},
		{"two_shifts_daily", "Dos turnos, todos los días", "Two shifts, every day", same(len(weekdays), "06:00-14:00", "14:00-22:00")},
		{"three_shifts", "Tres turnos", "Three shifts", same(workdays, "06:00-14:00", "14:00-22:00", "22:00-06:00")},
		{"night", "Turno de noche", "Night shift", same(workdays, "22:00-06:00")},
		{"always", "Siempre abierto", "Always open", same(len(weekdays), "00:00-24:00")},
	}
}

// same returns a week with the same hours on the first days from Monday on.
func same(days int, hours ...string) Week {
	w := Week{}
	for i := range days {
		w[weekdays[(1+i)%len(weekdays)]] = append([]string(nil), hours...)
	}
	return w
}

func saturday() Week {
	w := same(5, "08:00-13:00", "14:00-18:00")
	w["sat"] = []string{"08:00-13:00"}
	return w
}

// Country holds the holidays of a whole country as exceptions to start from. Days
// of a region, elections and what each company adds are for a person to enter.
type Country struct {
	Code          string // ISO 3166
	Name, English string
	Zones         []string // the most usual first
	// The days were checked for the years First to Last. The rules go on after
	// Last, but nobody has looked whether the law still says the same.
	First, Last int
	Holidays    []Exception
}

// Countries returns the holiday templates. The caller may change what it gets.
func Countries() []Country {
	return []Country{argentina(), chile(), colombia(), spain(), mexico(), peru()}
}
