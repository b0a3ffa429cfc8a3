/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.internal.catalog.WireFormat.Booleans;
import io.oversync.internal.catalog.WireFormat.Forms;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.TableName;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What devices wrote in any form is changed to any other value, of every type, and read
 * from PostgreSQL.
 */
class RowImagesIntegrationTests {

	private static final UUID KEY = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

	private static final TableName THINGS = TableName.parse("business.things");

	/** By the definition of the column, values of payloads. */
	private static final Map<String, List<String>> MEMBERS = new LinkedHashMap<>();

	/** By the definition of the column, values that the application writes. */
	private static final Map<String, List<String>> TEXTS = new HashMap<>();

	static {
		List<String> moments = List.of("1757152800", "1757152800.25", "0", "-1", "1757152800123", "1757152800123.456",
				"\"1757152800\"", "\"1757152800123\"", "\"2025-09-06\"", "\"20250906\"", "\"2025-09-06T10:00:00Z\"",
				"\"2025-09-06T10:00:00.123456Z\"", "\"2025-09-06 10:00:00\"", "\"2025-09-06 10:00\"",
				"\"2025-09-06T10:00:00+02:00\"", "\"20250906T100000-0545\"", "\"2025-09-06 10:00:00,5 UTC\"",
				"\"0044-03-15 10:00:00 BC\"", "\"-0043-03-15T10:00:00Z\"", "\"+12025-09-06T10:00:00Z\"", "\"infinity\"",
				"\"2025-09-06T24:00Z\"", "\"nonsense\"", "null");
		List<String> more = List.of("1971-05-06 07:08:09+00", "0001-01-01 00:00:00+00",
				"0001-12-31 23:59:59.999999+00 BC", "4713-01-01 00:00:00+00 BC", "9999-12-31 23:59:59.999999+00",
				"10000-01-01 00:00:00+00", "294276-12-31 23:59:59.999999+00", "-infinity", "2025-09-06 10:00:00.1+00",
				"2025-09-06 10:00:00.000001+00", "6000-01-01 00:00:00+00");
		column("at timestamptz", moments, more);
		column("local timestamp", moments, more);
		column("day date", moments, List.of("5874897-12-31", "4713-01-01 BC", "0001-01-01 BC"));
		column("clock time",
				List.of("\"10:00\"", "\"10:00:00\"", "\"2025-09-06T10:00:00.5Z\"", "36000", "\"24:00\"",
						"1757152800123", "\"23:59:59.999999\"", "null"),
				List.of("00:00:00", "24:00:00", "12:34:56.789"));
		column("zoned_clock timetz",
				List.of("\"10:00\"", "\"10:00:00Z\"", "\"10:00+02\"", "\"10:00:00-0545\"", "\"10:00-05:45:10\"",
						"\"10:00:00 UTC\"", "36000", "null"),
				List.of("24:00:00+15:59:59", "00:00:00-15:59", "12:34:56.789+00"));
		column("flag boolean", List.of("0", "1", "true", "false", "\"0\"", "\"TRUE\"", "\"False\"", "null"), List.of());
		column("ref uuid",
				List.of("\"\"", "\"AAAAAAAAAAAAAAAAAAAAAA==\"", "\"000000000000000000000000000000AB\"",
						"\"550E8400-e29b-41d4-a716-446655440000\"", "null"),
				List.of("ffffffff-ffff-ffff-ffff-ffffffffffff"));
		column("bytes bytea not null default ''",
				List.of("\"\"", "\"AAA=\"", "\"3q2+7w\"", "\"\\\\xDEAD\"", "\"\\\\x\""), List.of("\\xff", "\\x"));
		column("maybe_bytes bytea", List.of("\"\"", "\"AAA=\"", "\"3q2+7w\"", "\"\\\\xDEAD\"", "null"),
				List.of("\\xff"));
		for (String type : List.of("small smallint", "medium integer", "large bigint")) {
			column(type, List.of("1", "1.0", "-3e3", "\"7\"", "\"x\"", "null"), List.of("-32768", "32767", "0"));
		}
		column("exact numeric", List.of("1.10", "1e21", "\"1.10\"", "\"NaN\"", "\"-inf\"", "0.00", "null"),
				List.of("NaN", "Infinity", "-Infinity", "1" + "0".repeat(400), "0." + "0".repeat(400) + "1", "1e-20"));
		column("price numeric(12,2)", List.of("1.10", "\"5\"", "null"), List.of("NaN", "-9999999999.99"));
		column("paid money", List.of("1.10", "\"5\"", "null"), List.of("-12345.67", "92233720368547758.07"));
		column("single real", List.of("1", "1.5", "\"2\"", "9e999", "\"NaN\"", "null"),
				List.of("1e-45", "3.4028235e38", "-0", "NaN", "-Infinity", "0.1"));
		column("float float8", List.of("1", "1.5", "\"2\"", "-9e999", "\"NaN\"", "null"),
				List.of("5e-324", "1.7976931348623157e308", "-0", "NaN", "Infinity", "0.1", "1e21"));
		List<String> documents = List.of("{\"a\":1,\"a\":[2,{}]}", "[1, 2]", "\"{\\\"a\\\": 1}\"", "\"[]\"", "1.10",
				"true", "\"null\"", "\"\\\"text\\\"\"", "null");
		column("document jsonb", documents, List.of("{\"x\": \"\\\\u0000\"}", "1e100", "\"\\ud83d\\ude00\""));
		column("verbatim json", documents,
				List.of("{ \"x\" : \"\\u0000\" , \"x\":\"\\ud800\"}", " [1 ,2]\n", " null "));
		column("free text", List.of("\"a\"", "\"\\\"\\\\\\u0001\\n😀\"", "\"\"", "1", "true", "{\"a\": 1}", "null"),
				List.of("1.50", "007", "true", "{}", "ü\u2028", "null", " "));
		column("short varchar(3)", List.of("\"abc\"", "1", "null"), List.of("😀ü ", "12"));
		column("padded char(5)", List.of("\"abc\"", "1", "\"\"", "null"), List.of("a ", "12", "  b"));
		column("letter \"char\"", List.of("\"a\"", "1", "\"\"", "null"), List.of("b", "7"));
		column("known name", List.of("\"a\"", "1", "null"), List.of("b c", "7"));
		column("mood business.mood", List.of("\"good\"", "null"), List.of("so so"));
		column("code business.code", List.of("1.10", "\"5\"", "null"), List.of("7.25"));
		column("span interval", List.of("\"1 day\"", "\"PT1H\"", "\"-01:30\"", "null"),
				List.of("-1 year 2 mons -3 days 04:05:06.789", "0"));
		column("rough interval hour to minute", List.of("\"1 day\"", "\"PT1H\"", "null"), List.of("3 days 04:05"));
		column("numbers int4range", List.of("\"[1,2)\"", "\"empty\"", "null"), List.of("(,5)"));
		column("period tstzrange", List.of("\"[2025-09-06 10:00+00,)\"", "\"empty\"", "null"),
				List.of("[0044-03-15 10:00:00+00 BC,infinity)"));
		column("address inet", List.of("\"10.0.0.1\"", "null"), List.of("::1/64"));
		column("bits bit(3)", List.of("\"101\"", "101", "null"), List.of("010"));
		column("place point", List.of("\"(1,2)\"", "null"), List.of("(1e+21,-0)"));
		column("ints int[]", List.of("[1,null]", "[\"1\"]", "\"[1]\"", "\"{1,2}\"", "\"[0:1]={1,2}\"", "[[1],[2]]",
				"[]", "\"{}\"", "null"), List.of("{}", "{NULL}", "{{1,2},{3,4}}", "[-1:0]={5,6}", "{{{1}}}"));
		column("flags bool[]", List.of("[0]", "[true]", "[\"TRUE\"]", "\"{t,f}\"", "null"), List.of("{t,f,NULL}"));
		column("words text[]", List.of("[\"a\",1]", "[1]", "\"[\\\"a\\\"]\"", "\"{a,\\\"b c\\\"}\"", "null"),
				List.of("{\"a,b\",\"\\\"\",\"\\\\\",NULL,\"NULL\",\"\",\"{x}\",\" y \"}", "{1,2}"));
		column("pads char(3)[]", List.of("[\"a\"]", "null"), List.of("{ab,\" c\"}"));
		column("times timestamptz[]", List.of("[1757152800]", "[\"2025-09-06 10:00:00\"]", "\"{2025-09-06}\"", "null"),
				List.of("{infinity,NULL,1971-05-06 07:08:09+00,0044-03-15 10:00:00+00 BC}"));
		column("refs uuid[]", List.of("[\"AAAAAAAAAAAAAAAAAAAAAA==\"]", "\"[]\"", "null"),
				List.of("{ffffffff-ffff-ffff-ffff-ffffffffffff}"));
		column("blobs bytea[]", List.of("[\"AAA=\"]", "[\"\\\\x00\"]", "null"), List.of("{\"\\\\xff\",\"\\\\x\"}"));
		column("documents jsonb[]", List.of("[{\"a\":1}]", "[\"{}\"]", "[[1]]", "\"[1]\"", "\"{1}\"", "null"),
				List.of("{{\"1\",\"[2]\"}}", "{\"[2]\",\"null\",NULL,\"\\\"x\\\"\",\"true\"}"));
		column("sums money[]", List.of("[1.10]", "null"), List.of("{1.50,2}"));
		column("boxes box[]", List.of("\"{(1,1),(0,0)}\"", "null"), List.of("{(1,1),(0,0);(2,2),(1,1)}"));
		column("list business.list", List.of("[1]", "\"{1}\"", "null"), List.of("{2,3}"));
		column("prices numeric(5,2)[]", List.of("[1.1]", "[\"1.1\"]", "null"), List.of("{NaN,2.50}"));
		column("\"Mixed Case\" int", List.of("1", "null"), List.of("2"));
	}

	private static Connection connection;

	private static SyncedTable table;

	private static void column(String definition, List<String> members, List<String> texts) {
		MEMBERS.put(definition, members);
		TEXTS.put(definition, texts);
	}

	@BeforeContainer
	static void create() throws SQLException {
		String url = TestPostgres.createDatabase();
		TestPostgres.execute(url, "create schema business", "create type business.mood as enum ('good', 'so so')",
				"create domain business.code as numeric(9,2) check (value < 1000)",
				"create domain business.list as int[]",
				"create table business.things (id uuid primary key, owner_id text, "
						+ String.join(", ", MEMBERS.keySet()) + ")");
		new SchemaMigrator(TestDatabases.dataSource(url)).migrate(SchemaMode.MIGRATE);
		table = new CatalogReader(TestDatabases.dataSource(url), new SyncedTableStore(TestDatabases.dataSource(url)))
			.read(List.of(new TableRegistration(THINGS, "owner_id", true, Set.of(), Relation.of(THINGS))))
			.get(THINGS);
		connection = DriverManager.getConnection(url);
		try (Statement statement = connection.createStatement()) {
			statement.execute("insert into business.things (id) values ('" + KEY + "')");
		}
		session("'ISO, YMD'", "'UTC'", "'iso_8601'", "1");
	}

	@AfterContainer
	static void disconnect() throws SQLException {
		connection.close();
	}

	private static void session(String dateStyle, String timeZone, String intervalStyle, String digits)
			throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("set datestyle to " + dateStyle);
			statement.execute("set timezone to " + timeZone);
			statement.execute("set intervalstyle to " + intervalStyle);
			statement.execute("set extra_float_digits to " + digits);
			statement.execute("set bytea_output to 'hex'");
		}
	}

	@Property(tries = 400)
	void everyValueIsReadBackFromTheFormOfAnyOther(@ForAll long seed) throws SQLException {
		Random random = new Random(seed);
		RowImages images = new RowImages(table, wire(random), Set.of());
		String last = image(random);
		write(random);
		Map<String, String> current = read();
		Set<String> same = same(images, Payload.of(last), current);
		Payload rendered = images.render(KEY, Payload.of(last), current, same, true);
		String text = (rendered != null) ? rendered.text() : last;
		assertThat(JsonText.isValid(text)).as(text).isTrue();
		Map<String, String> before = raw(last);
		Map<String, String> after = raw(text);
		assertThat(after.keySet()).containsAll(before.keySet());
		before.forEach((member, json) -> {
			String column = table.names().find(member);
			if (column == null || same.contains(column)) {
				assertThat(after.get(member)).as(member).isEqualTo(json);
			}
		});
		assertReadsBack(images, text, current, before.keySet());
		assertThat(images.render(KEY, Payload.of(text), current, same(images, Payload.of(text), current), true))
			.isNull();
	}

	@Property(tries = 200)
	void everyValueIsReadBackFromTheFormsOfTheTable(@ForAll long seed) throws SQLException {
		Random random = new Random(seed);
		RowImages images = new RowImages(table, wire(random), Set.of());
		write(random);
		Map<String, String> current = read();
		String text = images.render(KEY, null, current, Set.of(), true).text();
		assertThat(JsonText.isValid(text)).as(text).isTrue();
		assertThat(raw(text).keySet()).hasSize(table.columns().size() + 1).contains("id", "mixed case");
		assertReadsBack(images, text, current, raw(text).keySet());
		assertThat(images.render(KEY, Payload.of(text), current, same(images, Payload.of(text), current), true))
			.isNull();
		// SQLite has no column for them
		assertThat(PayloadMembers.read(Payload.of(text).utf8()).values()).extracting(JsonValue::type)
			.doesNotContain(JsonValue.Type.OBJECT, JsonValue.Type.ARRAY);
	}

	private static void assertReadsBack(RowImages images, String text, Map<String, String> current, Set<String> members)
			throws SQLException {
		Map<String, Optional<String>> read = cast(images.converted(Payload.of(text)));
		for (String member : members) {
			String column = table.names().find(member);
			if (current.containsKey(column) && !("\\x".equals(current.get(column)) && column.equals("maybe_bytes"))) {
				assertThat(read.get(column)).as("%s in %s", column, text)
					.isEqualTo(Optional.ofNullable(current.get(column)));
			}
		}
	}

	private static Set<String> same(RowImages images, Payload image, Map<String, String> current) throws SQLException {
		Set<String> same = new HashSet<>();
		cast(images.converted(image)).forEach((column, value) -> {
			if (value.equals(Optional.ofNullable(current.get(column)))) {
				same.add(column);
			}
		});
		return same;
	}

	private static WireFormat wire(Random random) {
		return new WireFormat(
				Forms.of(any(random, Booleans.values()), any(random, Timestamps.values()), any(random, Uuids.values())),
				Set.of(), Map.of());
	}

	private static <T> T any(Random random, T[] values) {
		return values[random.nextInt(values.length)];
	}

	/** An image with a member for most columns, and some others. */
	private static String image(Random random) {
		StringBuilder image = new StringBuilder("{ \"id\":\"x\"");
		MEMBERS.forEach((definition, members) -> {
			if (random.nextInt(10) > 0) {
				String space = " ".repeat(random.nextInt(2));
				image.append(',').append(space).append(JsonText.quote(name(definition))).append(':').append(space);
				image.append(members.get(random.nextInt(members.size()))).append(space);
			}
		});
		return image.append(", \"owner_id\": 1, \"other\" : [ ] }").toString();
	}

	private static String name(String definition) {
		return definition.startsWith("\"") ? definition.split("\"")[1] : definition.split(" ")[0];
	}

	/** Changes the row, as the application would, or as the engine would for a device. */
	private static void write(Random random) throws SQLException {
		Map<String, Optional<String>> values = new LinkedHashMap<>();
		for (Map.Entry<String, List<String>> entry : MEMBERS.entrySet()) {
			Column column = find(name(entry.getKey()));
			List<String> texts = TEXTS.get(entry.getKey());
			int index = random.nextInt(entry.getValue().size() + texts.size());
			if (index < texts.size()) {
				values.put(column.name(), Optional.of(texts.get(index)));
			}
			else {
				try {
					String converted = ValueConverter
						.convert(JsonText.value(entry.getValue().get(index - texts.size())), column);
					values.put(column.name(), Optional.ofNullable(converted));
				}
				catch (ValueConversionException ex) {
					// keeps its value
				}
			}
		}
		StringBuilder sql = new StringBuilder("update business.things set owner_id = 'ann'");
		values.keySet()
			.forEach((column) -> sql.append(", \"")
				.append(column)
				.append("\" = ?::")
				.append(find(column).type().sqlName()));
		try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
			bind(statement, values);
			statement.executeUpdate();
		}
	}

	private static Column find(String name) {
		return table.columns().stream().filter((column) -> column.name().equals(name)).findFirst().orElseThrow();
	}

	private static void bind(PreparedStatement statement, Map<String, Optional<String>> values) throws SQLException {
		int index = 1;
		for (Optional<String> value : values.values()) {
			statement.setString(index++, value.orElse(null));
		}
	}

	private static Map<String, String> read() throws SQLException {
		List<String> columns = new ArrayList<>();
		for (Column column : table.columns()) {
			columns.add(RowImages.text('"' + column.name() + '"', column));
		}
		try (Statement statement = connection.createStatement();
				ResultSet result = statement
					.executeQuery("select " + String.join(", ", columns) + " from business.things")) {
			result.next();
			Map<String, String> current = new HashMap<>();
			for (int i = 0; i < columns.size(); i++) {
				current.put(table.columns().get(i).name(), result.getString(i + 1));
			}
			return current;
		}
	}

	/** What PostgreSQL prints for converted values, read in another session. */
	private static Map<String, Optional<String>> cast(Map<String, Optional<String>> converted) throws SQLException {
		List<String> columns = new ArrayList<>();
		converted.keySet().forEach((column) -> columns.add(RowImages.text("?", find(column))));
		try (PreparedStatement statement = connection.prepareStatement("select 1, " + String.join(", ", columns))) {
			bind(statement, converted);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				Map<String, Optional<String>> printed = new HashMap<>();
				int index = 2;
				for (String column : converted.keySet()) {
					printed.put(column, Optional.ofNullable(result.getString(index++)));
				}
				return printed;
			}
		}
	}

	/** The JSON texts of members. */
	private static Map<String, String> raw(String image) {
		Map<String, String> members = new LinkedHashMap<>();
		JsonText.withMembers(image, (name) -> true, (name, json) -> {
			members.put(name, json);
			return json;
		}, Map::of);
		return members;
	}

}
