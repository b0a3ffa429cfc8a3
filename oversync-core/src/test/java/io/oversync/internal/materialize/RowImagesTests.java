/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.Ownership;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableColumns;
import io.oversync.internal.catalog.TableStructure;
import io.oversync.internal.catalog.TableStructure.IdentityColumns;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.internal.catalog.WireFormat.ColumnForms;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which members of an after-image change.
 */
class RowImagesTests {

	private static final UUID KEY = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

	private static final SyncedTable TABLE = table("name text", "done boolean", "createdAt timestamptz", "A text",
			"a text");

	private final Map<String, String> row = new HashMap<>(
			Map.of("name", "new", "done", "t", "createdAt", "2025-09-07 10:00:00+00", "A", "upper", "a", "lower"));

	@Test
	void leavesEverythingElseByteForByte() {
		String image = "{ \"id\" : \"x\",\t\"name\":  \"old\\u0020\" ,\r\n \"done\" : 0 , \"other\":{\"name\":1} }";
		assertThat(render(image, "name"))
			.isEqualTo("{ \"id\" : \"x\",\t\"name\":  \"old\\u0020\" ,\r\n \"done\" : 1 , \"other\":{\"name\":1} }");
		assertThat(render(image))
			.isEqualTo("{ \"id\" : \"x\",\t\"name\":  \"new\" ,\r\n \"done\" : 1 , \"other\":{\"name\":1} }");
	}

	@Test
	void isNothingWhereNothingDiffers() {
		assertThat(render("{\"name\":\"o\\u006cd\",\"done\":0}", "name", "done")).isNull();
		assertThat(render("{\"name\":\"new\",\"done\":1}")).isNull();
		assertThat(render("{}")).isNull();
	}

	@Test
	void leavesMembersWithoutAColumn() {
		assertThat(render("{\"id\":1,\"owner_id\":\"me\",\"read_only\":1,\"gone\":[1],\"name\":null}"))
			.isEqualTo("{\"id\":1,\"owner_id\":\"me\",\"read_only\":1,\"gone\":[1],\"name\":\"new\"}");
	}

	@Test
	void leavesMembersOfColumnsThatWereNotRead() {
		this.row.remove("done");
		assertThat(render("{\"done\":0,\"name\":\"old\"}")).isEqualTo("{\"done\":0,\"name\":\"new\"}");
	}

	@Test
	void replacesDuplicatesEachInItsForm() {
		assertThat(render("{\"done\":0,\"name\":\"a\",\"done\":false,\"d\\u006fne\":\"0\"}", "name"))
			.isEqualTo("{\"done\":1,\"name\":\"a\",\"done\":true,\"d\\u006fne\":\"1\"}");
	}

	@Test
	void keepsTheSpellingOfMembers() {
		assertThat(render("{\"Name\":\"old\",\"createdat\":0,\"NAME\":1,\"A\":\"x\",\"a\":\"y\"}"))
			.isEqualTo("{\"Name\":\"new\",\"createdat\":1757239200,\"NAME\":\"new\",\"A\":\"upper\",\"a\":\"lower\"}");
	}

	@Test
	void writesNull() {
		this.row.put("name", null);
		assertThat(render("{\"name\":\"old\"}")).isEqualTo("{\"name\":null}");
	}

	@Test
	void hasAllColumnsForARowThatNoDeviceWrote() {
		assertThat(render(null)).isEqualTo("{\"id\":\"" + KEY + "\",\"name\":\"new\",\"done\":1,"
				+ "\"createdat\":\"2025-09-07T10:00:00Z\",\"A\":\"upper\",\"a\":\"lower\"}");
	}

	@Test
	void hasTheColumnsThatDevicesHave() {
		RowImages images = new RowImages(TABLE, wire(Set.of("done", "createdAt"), Map.of()), Set.of());
		assertThat(images.render(KEY, null, this.row, Set.of(), true).text())
			.isEqualTo("{\"id\":\"" + KEY + "\",\"done\":1,\"createdat\":\"2025-09-07T10:00:00Z\"}");
		assertThat(
				images.render(KEY, Payload.of("{ \"CREATEDAT\": 0 , \"x\" : 1 }"), this.row, Set.of("createdAt"), true)
					.text())
			.isEqualTo("{ \"CREATEDAT\": 0 , \"x\" : 1 ,\"id\":\"" + KEY + "\",\"done\":1}");
		assertThat(images.render(KEY, Payload.of("{\"id\":1,\"Done\":1,\"createdat\":0}"), this.row,
				Set.of("done", "createdAt"), true))
			.isNull();
	}

	@Test
	void theKeyIsDashedUnlessItsOwnFormIsAnother() {
		WireFormat base64 = new WireFormat(
				WireFormat.Forms.of(WireFormat.Booleans.NUMBER, WireFormat.Timestamps.ISO, Uuids.BASE64), Set.of("id"),
				Map.of());
		assertThat(new RowImages(TABLE, base64, Set.of()).render(KEY, null, this.row, Set.of(), true).text())
			.isEqualTo("{\"id\":\"" + KEY + "\"}");
		RowImages images = new RowImages(TABLE,
				wire(Set.of("id"), Map.of("id", new ColumnForms(null, null, Uuids.BASE64))), Set.of());
		assertThat(images.render(KEY, null, this.row, Set.of(), true).text())
			.isEqualTo("{\"id\":\"VQ6EAOKbQdSnFkRmVUQAAA==\"}");
	}

	@Test
	void columnsThatDevicesHaveAreAdded() {
		RowImages images = new RowImages(TABLE, WireFormat.DEFAULT, Set.of("name", "A"));
		assertThat(images.render(KEY, Payload.of("{\"done\":1}"), this.row, Set.of("done"), true).text())
			.isEqualTo("{\"done\":1,\"name\":\"new\",\"A\":\"upper\"}");
		assertThat(images.render(KEY, Payload.of("{\"name\":\"new\",\"A\":\"upper\"}"), this.row, Set.of("name", "A"),
				true))
			.isNull();
	}

	@Test
	void aRowThatIsOnlyComparedGetsNoNullsAlone() {
		RowImages images = new RowImages(TABLE, WireFormat.DEFAULT, Set.of("name", "A"));
		this.row.put("A", null);
		Payload last = Payload.of("{\"name\":\"new\"}");
		assertThat(images.render(KEY, last, this.row, Set.of("name"), false)).isNull();
		assertThat(images.render(KEY, last, this.row, Set.of("name"), true).text())
			.isEqualTo("{\"name\":\"new\",\"A\":null}");
		assertThat(images.render(KEY, last, this.row, Set.of(), false).text())
			.isEqualTo("{\"name\":\"new\",\"A\":null}");
	}

	@Test
	void columnsThatTheFormatDoesNotListAreNotAdded() {
		RowImages images = new RowImages(TABLE, wire(Set.of("name"), Map.of()), Set.of("name", "A"));
		assertThat(images.render(KEY, Payload.of("{\"id\":1}"), this.row, Set.of(), true).text())
			.isEqualTo("{\"id\":1,\"name\":\"new\"}");
	}

	@Test
	void convertsWhatCounts() {
		RowImages images = new RowImages(TABLE, WireFormat.DEFAULT, Set.of());
		assertThat(
				images.converted(Payload.of("{\"name\":\"a\",\"NAME\":\"b\",\"done\":\"maybe\",\"createdat\":null}")))
			.isEqualTo(Map.of("name", Optional.of("a"), "createdAt", Optional.empty()));
		assertThat(images.converted(Payload.of("{\"done\":1,\"done\":0}")))
			.isEqualTo(Map.of("done", Optional.of("false")));
		assertThat(images.columns()).isEqualTo(TABLE.columns());
	}

	private String render(String image, String... same) {
		Payload rendered = new RowImages(TABLE, WireFormat.DEFAULT, Set.of()).render(KEY,
				(image != null) ? Payload.of(image) : null, this.row, Set.of(same), true);
		return (rendered != null) ? rendered.text() : null;
	}

	private static WireFormat wire(Set<String> columns, Map<String, ColumnForms> overrides) {
		return new WireFormat(WireFormat.DEFAULT.defaults(), columns, overrides);
	}

	private static SyncedTable table(String... definitions) {
		TableName name = TableName.parse("business.things");
		List<Column> columns = new ArrayList<>();
		Set<String> names = new HashSet<>(Set.of("id", "owner_id", "read_only"));
		for (String definition : definitions) {
			String[] parts = definition.split(" ");
			columns.add(new Column(parts[0], Values.type(parts[1]), true, false));
			names.add(parts[0]);
		}
		TableStructure structure = new TableStructure(new IdentityColumns("id", "owner_id", "text"),
				TableColumns.of(columns), List.of(), false, Ownership.NONE, ColumnNames.of(names));
		return new SyncedTable(1, name, Relation.of(name), true, structure, null);
	}

}
