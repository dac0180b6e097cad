package calendar

// National holidays, written down from the laws named at each country and compared
// day by day, 2024 to 2030, with the tables of the open project "holidays"
// (github.com/vacanza/holidays, July 2026). They differ only where a comment below
// says so.

// always begins a holiday that is the same date every year.
func always(on, name, english string) Exception {
	return Exception{Name: name, English: english, Effect: Closed, Yearly: &Yearly{From: on}}
}

func onEaster(offset int, name, english string) Exception {
	return Exception{Name: name, English: english, Effect: Closed, Easter: &Easter{Offset: offset}}
}

func onWeekday(nth int, weekday string, month int, name, english string) Exception {
	at := &NthWeekday{Nth: nth, Weekday: weekday, Month: month}
	return Exception{Name: name, English: english, Effect: Closed, NthWeekday: at}
}

func onDate(date, name, english string) Exception {
	return Exception{Name: name, English: english, Effect: Closed, Once: &Once{From: date}}
}

// moving is a holiday that lies days off when its date falls on a weekday of move.
func moving(on string, move map[string]int, name, english string) Exception {
	e := always(on, name, english)
	e.Yearly.Move = map[string]int{}
	for day, days := range move {
		e.Yearly.Move[day] = days
	}
	return e
}

// onlyOn is a holiday in the years in which its date falls on these weekdays.
func onlyOn(weekdays []string, on, name, english string) Exception {
	e := always(on, name, english)
	e.Yearly.Only = weekdays
	return e
}

func (e Exception) between(first, last int) Exception {
	e.FirstYear, e.LastYear = first, last
	return e
}

// Spain: the national days of the yearly resolution on working holidays (BOE;
// for 2026, BOE-A-2025-21667). That list leaves out what falls on a Sunday, and
// regions may then move it to Monday; here it stays on its date.
func spain() Country {
	return Country{
		Code: "ES", Name: "España", English: "Spain", Zones: []string{"Europe/Madrid", "Atlantic/Canary"},
		First: 2024, Last: 2026,
		Holidays: []Exception{
			always("01-01", "Año Nuevo", "New Year's Day"),
			always("01-06", "Epifanía del Señor", "Epiphany"),
			onEaster(-2, "Viernes Santo", "Good Friday"),
			always("05-01", "Fiesta del Trabajo", "Labour Day"),
			always("08-15", "Asunción de la Virgen", "Assumption of Mary"),
			always("10-12", "Fiesta Nacional de España", "National Day of Spain"),
			always("11-01", "Todos los Santos", "All Saints' Day"),
			always("12-06", "Día de la Constitución Española", "Constitution Day"),
			always("12-08", "Inmaculada Concepción", "Immaculate Conception"),
			always("12-25", "Natividad del Señor", "Christmas Day"),
		},
	}
}

// Mexico: Ley Federal del Trabajo, article 74. The change of government is on
// 1 October every six years from 2024 on.
func mexico() Country {
	return Country{
		Code: "MX", Name: "México", English: "Mexico",
		Zones: []string{"America/Mexico_City", "America/Cancun", "America/Hermosillo", "America/Tijuana"},
		First: 2024, Last: 2030,
		Holidays: []Exception{
			always("01-01", "Año Nuevo", "New Year's Day"),
			onWeekday(1, "mon", 2, "Día de la Constitución", "Constitution Day"),
			onWeekday(3, "mon", 3, "Natalicio de Benito Juárez", "Birthday of Benito Juárez"),
			always("05-01", "Día del Trabajo", "Labour Day"),
			always("09-16", "Día de la Independencia", "Independence Day"),
			onDate("2024-10-01", "Transmisión del Poder Ejecutivo Federal", "Change of federal government"),
			onDate("2030-10-01", "Transmisión del Poder Ejecutivo Federal", "Change of federal government"),
			onWeekday(3, "mon", 11, "Día de la Revolución", "Revolution Day"),
			always("12-25", "Navidad", "Christmas Day"),
		},
	}
}

// Chile: laws 2.977, 19.668 (three days move to a Monday), 20.148, 20.215 and
// 20.983 (days next to the national holidays), 20.299, 21.357 (winter solstice,
// whose dates are listed because no rule of the calendar gives them).
func chile() Country {
	toMonday := map[string]int{"tue": -1, "wed": -2, "thu": -3, "fri": 3}
	toFriday := map[string]int{"tue": -4, "wed": 2}
	c := Country{
		Code: "CL", Name: "Chile", English: "Chile",
		Zones: []string{"America/Santiago", "America/Punta_Arenas", "Pacific/Easter"},
		First: 2024, Last: 2030,
		Holidays: []Exception{
			always("01-01", "Año Nuevo", "New Year's Day"),
			onlyOn([]string{"mon"}, "01-02", "Feriado nacional", "National holiday"),
			onEaster(-2, "Viernes Santo", "Good Friday"),
			onEaster(-1, "Sábado Santo", "Holy Saturday"),
			always("05-01", "Día Nacional del Trabajo", "Labour Day"),
			always("05-21", "Día de las Glorias Navales", "Navy Day"),
			moving("06-29", toMonday, "San Pedro y San Pablo", "Saints Peter and Paul"),
			always("07-16", "Virgen del Carmen", "Our Lady of Mount Carmel"),
			always("08-15", "Asunción de la Virgen", "Assumption of Mary"),
			onlyOn([]string{"mon", "fri"}, "09-17", "Fiestas Patrias", "National holidays"),
			always("09-18", "Independencia Nacional", "Independence Day"),
			always("09-19", "Día de las Glorias del Ejército", "Army Day"),
			onlyOn([]string{"fri"}, "09-20", "Fiestas Patrias", "National holidays"),
			moving("10-12", toMonday, "Encuentro de Dos Mundos", "Meeting of Two Worlds"),
			moving("10-31", toFriday, "Día de las Iglesias Evangélicas y Protestantes", "Day of the Protestant Churches"),
			always("11-01", "Día de Todos los Santos", "All Saints' Day"),
			always("12-08", "Inmaculada Concepción", "Immaculate Conception"),
			always("12-25", "Navidad", "Christmas Day"),
		},
	}
	for _, solstice := range []string{
		"2024-06-20", "2025-06-20", "2026-06-21", "2027-06-21", "2028-06-20", "2029-06-20", "2030-06-21",
	} {
		c.Holidays = append(c.Holidays,
			onDate(solstice, "Día Nacional de los Pueblos Indígenas", "Indigenous Peoples' Day"))
	}
	return c
}

// Colombia: law 51 of 1983 ("Emiliani": ten days move to the next Monday; those
// that hang on Easter already fall on one) and law 2578 of 2026 (Chiquinquirá).
func colombia() Country {
	nextMonday := map[string]int{"tue": 6, "wed": 5, "thu": 4, "fri": 3, "sat": 2, "sun": 1}
	return Country{
		Code: "CO", Name: "Colombia", English: "Colombia", Zones: []string{"America/Bogota"},
		First: 2024, Last: 2030,
		Holidays: []Exception{
			always("01-01", "Año Nuevo", "New Year's Day"),
			moving("01-06", nextMonday, "Día de los Reyes Magos", "Epiphany"),
			moving("03-19", nextMonday, "Día de San José", "Saint Joseph's Day"),
			onEaster(-3, "Jueves Santo", "Maundy Thursday"),
			onEaster(-2, "Viernes Santo", "Good Friday"),
			always("05-01", "Día del Trabajo", "Labour Day"),
			onEaster(43, "Ascensión del Señor", "Ascension Day"),
			onEaster(64, "Corpus Christi", "Corpus Christi"),
			onEaster(71, "Sagrado Corazón de Jesús", "Sacred Heart"),
			moving("06-29", nextMonday, "San Pedro y San Pablo", "Saints Peter and Paul"),
			moving("07-09", nextMonday, "Nuestra Señora del Rosario de Chiquinquirá", "Our Lady of Chiquinquirá").between(2026, 0),
			always("07-20", "Día de la Independencia", "Independence Day"),
			always("08-07", "Batalla de Boyacá", "Battle of Boyacá"),
			moving("08-15", nextMonday, "Asunción de la Virgen", "Assumption of Mary"),
			moving("10-12", nextMonday, "Día de la Raza", "Columbus Day"),
			moving("11-01", nextMonday, "Día de Todos los Santos", "All Saints' Day"),
			moving("11-11", nextMonday, "Independencia de Cartagena", "Independence of Cartagena"),
			always("12-08", "Inmaculada Concepción", "Immaculate Conception"),
			always("12-25", "Navidad", "Christmas Day"),
		},
	}
}

// Peru: D. Leg. 713 and the laws 31381, 31530, 31788 and 31822, which added four
// days between 2022 and 2024. Easter Sunday is no holiday of that decree.
func peru() Country {
	return Country{
		Code: "PE", Name: "Perú", English: "Peru", Zones: []string{"America/Lima"},
		First: 2024, Last: 2030,
		Holidays: []Exception{
			always("01-01", "Año Nuevo", "New Year's Day"),
			onEaster(-3, "Jueves Santo", "Maundy Thursday"),
			onEaster(-2, "Viernes Santo", "Good Friday"),
			always("05-01", "Día del Trabajo", "Labour Day"),
			always("06-07", "Batalla de Arica y Día de la Bandera", "Battle of Arica and Flag Day"),
			always("06-29", "San Pedro y San Pablo", "Saints Peter and Paul"),
			always("07-23", "Día de la Fuerza Aérea del Perú", "Air Force Day"),
			always("07-28", "Fiestas Patrias", "Independence Day"),
			always("07-29", "Fiestas Patrias", "Independence holiday"),
			always("08-06", "Batalla de Junín", "Battle of Junín"),
			always("08-30", "Santa Rosa de Lima", "Saint Rose of Lima"),
			always("10-08", "Combate de Angamos", "Battle of Angamos"),
			always("11-01", "Día de Todos los Santos", "All Saints' Day"),
			always("12-08", "Inmaculada Concepción", "Immaculate Conception"),
			always("12-09", "Batalla de Ayacucho", "Battle of Ayacucho"),
			always("12-25", "Navidad", "Christmas Day"),
		},
	}
}

// Argentina: law 27.399, under which four days move; 17 June (law 27.258) does so
// only from Tuesday, Wednesday and Thursday. Since decree 614/2025 the government
// may also move those that fall on a weekend, which no rule can foretell:
// resolution 139/2025 moved 12 October 2025. Maundy Thursday and the bridge days
// of each year are not here: whether people work on them is up to the employer.
func argentina() Country {
	toMonday := map[string]int{"tue": -1, "wed": -2, "thu": 4, "fri": 3}
	diversity := moving("10-12", toMonday, "Día del Respeto a la Diversidad Cultural", "Day of Respect for Cultural Diversity")
	moved := onDate("2025-10-10", diversity.Name, diversity.English)
	return Country{
		Code: "AR", Name: "Argentina", English: "Argentina",
		Zones: []string{"America/Argentina/Buenos_Aires", "America/Argentina/Cordoba", "America/Argentina/Ushuaia"},
		First: 2024, Last: 2026,
		Holidays: []Exception{
			always("01-01", "Año Nuevo", "New Year's Day"),
			onEaster(-48, "Lunes de Carnaval", "Carnival Monday"),
			onEaster(-47, "Martes de Carnaval", "Carnival Tuesday"),
			always("03-24", "Día Nacional de la Memoria por la Verdad y la Justicia", "Day of Remembrance for Truth and Justice"),
			always("04-02", "Día del Veterano y de los Caídos en la Guerra de Malvinas", "Malvinas Veterans' Day"),
			onEaster(-2, "Viernes Santo", "Good Friday"),
			always("05-01", "Día del Trabajador", "Labour Day"),
			always("05-25", "Día de la Revolución de Mayo", "May Revolution Day"),
			moving("06-17", map[string]int{"tue": -1, "wed": -2, "thu": 4},
				"Paso a la Inmortalidad del General Güemes", "General Güemes Memorial Day"),
			always("06-20", "Paso a la Inmortalidad del General Belgrano", "General Belgrano Memorial Day"),
			always("07-09", "Día de la Independencia", "Independence Day"),
			moving("08-17", toMonday, "Paso a la Inmortalidad del General San Martín", "General San Martín Memorial Day"),
			diversity.between(0, 2024),
			moved,
			moving("10-12", toMonday, diversity.Name, diversity.English).between(2026, 0),
			moving("11-20", toMonday, "Día de la Soberanía Nacional", "National Sovereignty Day"),
			always("12-08", "Inmaculada Concepción de María", "Immaculate Conception"),
			always("12-25", "Navidad", "Christmas Day"),
		},
	}
}
