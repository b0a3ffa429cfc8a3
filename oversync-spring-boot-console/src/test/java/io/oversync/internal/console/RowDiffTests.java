/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.util.List;

import io.oversync.internal.console.RowDiff.Field;
import io.oversync.internal.console.RowDiff.Kind;
import io.oversync.internal.console.RowDiff.Shown;
import io.oversync.protocol.JsonValue.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RowDiffTests {

	@Test
	void namesWhatCameWentAndChanged() {
		List<Field> fields = RowDiff.between("{\"a\":1,\"b\":\"x\",\"c\":null}", "{\"d\":true,\"b\":\"y\",\"a\":1}");
		assertThat(fields).containsExactly(new Field("d", Kind.ADDED, null, new Shown(Type.TRUE, "true")),
				new Field("b", Kind.CHANGED, new Shown(Type.STRING, "x"), new Shown(Type.STRING, "y")),
				new Field("a", Kind.SAME, new Shown(Type.NUMBER, "1"), new Shown(Type.NUMBER, "1")),
				new Field("c", Kind.REMOVED, new Shown(Type.NULL, "null"), null));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			1                         | 1                         | SAME
			1                         | "1"                       | CHANGED
			null                      | "null"                    | CHANGED
			null                      | false                     | CHANGED
			12345678901234567890.1    | 12345678901234567890.2    | CHANGED
			[1,2]                     | [1, 2]                    | SAME
			[1,2]                     | [2,1]                     | CHANGED
			{"a":1,"b":[{}]}          | { "b" : [ {} ], "a" : 1 } | SAME
			{"a":1}                   | {"a":2}                   | CHANGED
			[]                        | {}                        | CHANGED
			"\u00e9"                 | "é"                       | SAME
			""                        | " "                       | CHANGED
			""")
	void comparesValuesNotTheirSpelling(String before, String after, Kind kind) {
		assertThat(RowDiff.between("{\"m\":" + before + "}", "{\"m\": " + after + "}")).extracting(Field::kind)
			.containsExactly(kind);
	}

	@Test
	void aRowThatIsNewHasEverythingAddedAndADeletedOneNothingLeft() {
		String row = "{\"a\":1,\"b\":2}";
		assertThat(RowDiff.between(null, row)).hasSize(2).allMatch((field) -> field.kind() == Kind.ADDED);
		assertThat(RowDiff.between(row, null)).hasSize(2).allMatch((field) -> field.kind() == Kind.REMOVED);
		assertThat(RowDiff.between(null, null)).isEmpty();
		assertThat(RowDiff.contents(row)).hasSize(2).allMatch((field) -> field.kind() == Kind.SAME);
	}

	@Test
	void cutsLongTextsAndManyMembers() {
		String text = "x".repeat(RowDiff.LONGEST - 1) + "\uD83D\uDE00" + "y".repeat(100);
		Shown shown = RowDiff.between(null, "{\"m\":\"" + text + "\"}").get(0).after();
		assertThat(shown).isNotNull();
		assertThat(shown.text()).isEqualTo("x".repeat(RowDiff.LONGEST - 1) + "…");
		StringBuilder many = new StringBuilder("{\"m\":0");
		for (int i = 0; i < 2 * RowDiff.MOST_MEMBERS; i++) {
			many.append(",\"m").append(i).append("\":1");
		}
		assertThat(RowDiff.between(null, many.append('}').toString())).hasSize(RowDiff.MOST_MEMBERS);
	}

}
