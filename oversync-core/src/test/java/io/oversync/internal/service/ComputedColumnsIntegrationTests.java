/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadedChange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the database makes of a row while it is written comes back to devices.
 */
@ExtendWith(OutputCaptureExtension.class)
class ComputedColumnsIntegrationTests {

	private static final UUID A = new UUID(0, 10);

	private static final UUID B = new UUID(0, 11);

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner text not null, title text, place text default 'inbox',
			  words int generated always as (length(title)) stored, secret text default 's');
			create function app.tidy() returns trigger language plpgsql as
			  $$ begin new.title := trim(new.title); return new; end $$;
			create trigger tidy before insert or update on app.note for each row execute function app.tidy();
			""";

	private TestEngine engine;

	private Device phone;

	@BeforeEach
	void start() {
		this.engine = TestEngine.start(DDL, "app.note(owner)[secret]{title,place,words}+");
		this.phone = this.engine.device("ann/phone");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private List<String> payloads() {
		return this.engine.device("ann/tablet")
			.stream()
			.stream()
			.map((change) -> change.sourceId() + " v" + change.serverVersion() + " " + text(change))
			.toList();
	}

	private static String text(DownloadedChange change) {
		return (change.payload() != null) ? change.payload().text() : "";
	}

	@Test
	void defaultsGeneratedColumnsAndTriggersComeBack() {
		assertThat(this.phone.upsert("app.note", A, 0, "{\"title\":\" one \"}").upload()).containsExactly("applied 1");
		assertThat(payloads()).containsExactly("phone v1 {\"title\":\" one \"}",
				"server v2 {\"title\":\"one\",\"place\":\"inbox\",\"words\":3}");
	}

	@Test
	void whatComesOutAsItWasSentIsNoChange() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"place\":\"here\",\"words\":3.0}").upload();
		this.phone.upsert("app.note", A, 1, "{\"title\":\"two\",\"place\":\"here\",\"words\":3}").upload();
		assertThat(payloads()).hasSize(2).allMatch((entry) -> entry.startsWith("phone"));
	}

	@Test
	void anEditOnTopOfWhatWasSentIsAConflictWithWhatCameOutOfIt() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\" one \"}").upload();
		assertThat(this.phone.upsert("app.note", A, 1, "{\"title\":\"two\"}").upload()).containsExactly("conflict 2");
		assertThat(this.phone.upsert("app.note", A, 2, "{\"title\":\"two\",\"place\":\"inbox\",\"words\":3}").upload())
			.containsExactly("applied 3");
	}

	@Test
	void manyRowsOfAnUploadComeBack() {
		for (int i = 0; i < 250; i++) {
			this.phone.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"n\"}");
		}
		assertThat(this.phone.upload()).hasSize(250).allMatch("applied 1"::equals);
		assertThat(payloads()).hasSize(500);
		assertThat(payloads().subList(250, 500)).allMatch((entry) -> entry.contains("\"words\":1"));
	}

	@Test
	void aDeleteComesBackNotAtAll() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"place\":\"here\",\"words\":3}").upload();
		this.phone.delete("app.note", A, 1).upload();
		assertThat(this.phone.history()).containsExactly("UPDATE note 1 by phone", "DELETE note 2 by phone");
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	@Test
	void aRowOfTheApplicationHasItsComputedColumnsAndNoReadOnlyOnes() {
		this.engine.execute("insert into app.note (id, owner, title) values ('%s', 'ann', 'app')".formatted(B));
		assertThat(payloads()).singleElement()
			.asString()
			.contains("\"words\":3", "\"place\":\"inbox\"")
			.doesNotContain("secret");
	}

	@Test
	void triggersWhoseColumnsAreNotListedAreWarnedOf(CapturedOutput output) {
		assertThat(output).doesNotContain("may change rows");
		this.engine.restart("app.note(owner)[secret]+").close();
		assertThat(output).contains("Triggers of app.note may change rows while uploads write them: [tidy]");
	}

	@Test
	void anOwnerColumnWithoutAnIndexIsWarnedOf(CapturedOutput output) {
		String advice = "CREATE INDEX ON app.note (owner)";
		this.engine.execute("create index on app.note (title); create index on app.note (owner) where title <> ''");
		this.engine.restart("app.note(owner){title}+").close();
		int warnings = output.getAll().split(Pattern.quote(advice), -1).length;
		assertThat(warnings).isGreaterThan(1);
		this.engine.execute("create index on app.note (owner, title)");
		this.engine.restart("app.note(owner){title}+").close();
		assertThat(output.getAll().split(Pattern.quote(advice), -1)).hasSize(warnings);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			app.note(owner){nowhere}+  | has no column 'nowhere', which its entry names as computed column
			app.note(owner){id}+       | names id, which is its key or its owner column
			app.note(owner){owner}+    | names owner, which is its key or its owner column
			app.note(owner){words}     | has computed-columns, but what the database writes to it is not captured
			app.note{words}+           | has computed-columns, but what the database writes to it is not captured
			""")
	void theStartFailsWhereNothingWouldComeBack(String registration, String message) {
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> this.engine.restart(registration))
			.withMessageContaining(message);
	}

}
