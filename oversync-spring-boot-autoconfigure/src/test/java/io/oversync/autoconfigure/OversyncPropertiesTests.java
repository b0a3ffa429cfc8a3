/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.autoconfigure.OversyncProperties.SourceFrom;
import io.oversync.autoconfigure.OversyncProperties.Watermark;
import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.internal.catalog.WireFormat.Booleans;
import io.oversync.internal.catalog.WireFormat.ColumnForms;
import io.oversync.internal.catalog.WireFormat.Forms;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.internal.store.SchemaMode;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class OversyncPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@Test
	void hasDefaultsForEverything() {
		OversyncProperties properties = bind();
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.basePath()).isEqualTo("/sync");
		assertThat(properties.adminPath()).isEqualTo("/admin");
		assertThat(properties.registrations()).isEmpty();
		assertThat(properties.schema().mode()).isEqualTo(SchemaMode.MIGRATE);
		assertThat(properties.capture().mode()).isEqualTo(CaptureMode.MIGRATE);
		assertThat(properties.identity())
			.isEqualTo(new OversyncProperties.Identity("sub", "did", "Oversync-Source-ID", SourceFrom.CLAIM_OR_HEADER));
		assertThat(properties.upload()).isEqualTo(new OversyncProperties.Upload(DataSize.ofMegabytes(64),
				DataSize.ofMegabytes(16), 500, 0, Watermark.HIGHEST, Duration.ofSeconds(2), 4, DataSize.ofKilobytes(8),
				Duration.ofSeconds(20), null, null));
		assertThat(properties.requestTimeout()).isEqualTo(Duration.ofSeconds(8));
		assertThat(properties.concurrency()).isEqualTo(new OversyncProperties.Concurrency(2, 16, 16, null, true));
		assertThat(properties.upload().memoryBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 2);
		assertThat(properties.foreignKeys().makeDeferrable()).isFalse();
		assertThat(properties.retention()).isEqualTo(new OversyncProperties.Retention(false, Duration.ofDays(7),
				Duration.ofDays(180), Duration.ofDays(1), null));
	}

	@Test
	void readsTablesInShortAndLongForm() {
		OversyncProperties properties = bind("oversync.registered-tables[0]=business.users",
				"oversync.registered-tables[1].name= Business.Posts ",
				"oversync.registered-tables[1].owner-column=Owner",
				"oversync.registered-tables[1].read-only-columns=created_at, updated_at",
				"oversync.registered-tables[2].name=notes", "oversync.registered-tables[2].materialize=false");
		assertThat(properties.registrations()).containsExactly(
				new TableRegistration(new TableName("business", "users"), null, true, Set.of()).withCapture(true),
				new TableRegistration(new TableName("business", "posts"), "Owner", true,
						Set.of("created_at", "updated_at"))
					.withCapture(true),
				new TableRegistration(new TableName("public", "notes"), null, false, Set.of()).withCapture(true));
	}

	@Test
	void capturesTablesUnlessTheirEntryOrTheModeSaysOtherwise() {
		String[] tables = { "oversync.registered-tables[0]=users", "oversync.registered-tables[1].name=posts",
				"oversync.registered-tables[1].capture=false", "oversync.registered-tables[2].name=notes", "" };
		for (String mode : List.of("migrate", "validate")) {
			tables[4] = "oversync.capture.mode=" + mode;
			assertThat(bind(tables).registrations()).extracting(TableRegistration::capture)
				.containsExactly(true, false, true);
		}
		tables[4] = "oversync.capture.mode=off";
		assertThat(bind(tables).registrations()).extracting(TableRegistration::capture).containsOnly(false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "business.users,business.posts", " business.users , business.posts " })
	void readsTablesFromOneProperty(String value) {
		assertThat(names(bind("oversync.registered-tables=" + value))).containsExactly("business.users",
				"business.posts");
	}

	@ParameterizedTest
	@ValueSource(strings = { "OVERSYNC_REGISTEREDTABLES", "OVERSYNC_REGISTERED_TABLES" })
	void readsTablesFromTheEnvironment(String variable) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of(variable, "business.users,business.posts", "OVERSYNC_UPLOAD_LOCKTIMEOUT",
										"5s"))))
			.run((context) -> {
				OversyncProperties properties = context.getBean(OversyncProperties.class);
				assertThat(names(properties)).containsExactly("business.users", "business.posts");
				assertThat(properties.upload().lockTimeout()).isEqualTo(Duration.ofSeconds(5));
			});
	}

	@Test
	void readsTheFormsOfDevices() {
		String table = "oversync.registered-tables[0].";
		OversyncProperties properties = bind(table + "name=users", table + "wire.booleans=boolean",
				table + "wire.timestamps=epoch-millis", table + "wire.uuids=base64",
				table + "wire.columns=id, name, author_id", table + "wire.overrides.author_id.uuids=dashed",
				table + "wire.overrides.createdAt.timestamps=sql", table + "wire.overrides.createdAt.booleans=number",
				"oversync.registered-tables[1].name=posts", "oversync.registered-tables[1].wire.uuids=base64");
		WireFormat wire = properties.registrations().get(0).wire();
		assertThat(wire).isEqualTo(new WireFormat(Forms.of(Booleans.BOOLEAN, Timestamps.EPOCH_MILLIS, Uuids.BASE64),
				Set.of("id", "name", "author_id"), Map.of("author_id", new ColumnForms(null, null, Uuids.DASHED),
						"createdAt", new ColumnForms(Booleans.NUMBER, Timestamps.SQL, null))));
		assertThat(properties.registrations().get(1).wire())
			.isEqualTo(new WireFormat(Forms.of(Booleans.NUMBER, Timestamps.ISO, Uuids.BASE64), Set.of(), Map.of()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			wire.columns= ,a                          | has an empty wire.columns
			wire.overrides.[ ].uuids=base64           | has an empty wire.overrides
			""")
	void refusesEmptyNamesOfColumns(String setting, String expected) {
		FailureAnalysis analysis = fail("oversync.registered-tables[0].name=users",
				"oversync.registered-tables[0]." + setting);
		assertThat(analysis.getDescription()).contains("the entry for users").contains(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "booleans=iso", "timestamps=epoch", "uuids=hex", "overrides.a.uuids=number" })
	void refusesFormsThatDoNotExist(String setting) {
		this.runner
			.withPropertyValues("oversync.registered-tables[0].name=users",
					"oversync.registered-tables[0].wire." + setting)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("oversync.registered-tables[0].wire." + setting.split("=")[0]));
	}

	@Test
	void takesAnEmptyListForNoTables() {
		assertThat(bind("oversync.registered-tables=").registrations()).isEmpty();
	}

	@Test
	void acceptsTheLimitsOfRanges() {
		OversyncProperties properties = bind("oversync.upload.max-nesting-depth=1000", "oversync.upload.max-attempts=1",
				"oversync.upload.max-request-size=1GB", "oversync.upload.lock-timeout=1ms",
				"oversync.base-path=/api/v1/sync", "oversync.upload.watermark=safe",
				"oversync.identity.source-from=claim");
		assertThat(properties.basePath()).isEqualTo("/api/v1/sync");
		assertThat(properties.upload().watermark()).isEqualTo(Watermark.SAFE);
		assertThat(properties.identity().sourceFrom()).isEqualTo(SourceFrom.CLAIM);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			oversync.base-path                 | sync     | starts with '/'
			oversync.base-path                 | /sync/   | does not end with '/'
			oversync.base-path                 | /        | starts with '/'
			oversync.base-path                 | //sync   | starts with '/'
			oversync.base-path                 | /sync/** | without wildcards
			oversync.base-path                 | /a/../b  | without wildcards
			oversync.base-path                 | /{x}     | without wildcards
			oversync.base-path                 | ''       | starts with '/'
			oversync.admin-path                | admin    | starts with '/'
			oversync.identity.user-claim       | ''       | must not be empty
			oversync.identity.source-claim     | ''       | must not be empty
			oversync.identity.source-header    | X Source | not the name of an HTTP header
			oversync.upload.max-request-size   | 0B       | between 1B and 1GB
			oversync.upload.max-request-size   | 2GB      | between 1B and 1GB
			oversync.upload.max-payload-size   | -1B      | between 1B and 1GB
			oversync.upload.max-nesting-depth  | 0        | between 1 and 1000
			oversync.upload.max-nesting-depth  | 1001     | between 1 and 1000
			oversync.upload.max-changes        | -1       | between 0 and
			oversync.upload.max-attempts       | 0        | between 1 and 100
			oversync.upload.lock-timeout       | 0s       | between 1ms and 1h
			oversync.upload.lock-timeout       | 2h       | between 1ms and 1h
			oversync.restored-at               | ' '      | between 1 and 200 characters
			oversync.retention.changes         | 1m       | between 1h and
			oversync.retention.devices         | 1h       | between 24h and
			oversync.retention.devices         | 6d       | not be shorter than oversync.retention.changes
			oversync.retention.interval        | 10m      | between 1h and
			oversync.retention.tombstones      | 1h       | between 24h and
			oversync.retention.tombstones      | 179d     | not be shorter than oversync.retention.devices
			oversync.metrics.interval          | 10ms     | between 1s and
			oversync.request-timeout           | 500ms    | between 1s and 10m
			oversync.request-timeout           | 11m      | between 1s and 10m
			oversync.concurrency.connections-per-user | 0 | between 1 and 1000
			oversync.concurrency.waiting-per-user | -1    | between 0 and 10000
			oversync.concurrency.requests-per-user | 0    | between 1 and 10000
			oversync.upload.min-rate           | 0B       | between 1B and 1GB
			oversync.upload.grace              | 0s       | between 1ms and 1h
			oversync.upload.memory             | 1KB      | at least 1MB
			oversync.download.answers-per-user | 0        | between 1 and 10000
			oversync.download.longest-changes  | 0s       | between 1ms and 1h
			oversync.download.min-rate         | 0B       | between 1B and 1GB
			oversync.download.grace            | 0s       | between 1ms and 1h
			oversync.download.grace            | 2h       | between 1ms and 1h
			""")
	void namesThePropertyTheValueAndTheWayOut(String property, String value, String expected) {
		FailureAnalysis analysis = fail(property + "=" + value);
		String text = analysis.getDescription() + analysis.getAction();
		assertThat(analysis.getDescription()).contains("property " + property + " has the value");
		assertThat(text).contains(expected);
		assertThat(analysis.getAction()).isNotBlank();
	}

	@ParameterizedTest
	@ValueSource(strings = { "business.user-s", "a.b.c", ".users", "business.", "business users", "'users'" })
	void refusesWhatIsNoTable(String table) {
		for (String property : List.of("oversync.registered-tables", "oversync.registered-tables[0]",
				"oversync.registered-tables[0].name")) {
			FailureAnalysis analysis = fail(property + "=" + table);
			assertThat(analysis.getDescription()).contains("oversync.registered-tables")
				.contains("'" + table + "' is not the name of a table");
			assertThat(analysis.getAction()).contains("schema.table");
		}
	}

	@Test
	void registersTablesWithQuotedNames() {
		OversyncProperties properties = bind("oversync.registered-tables[0].name=legacy.\"UserProfile\"",
				"oversync.registered-tables[1].name=\"Legacy\".users");
		assertThat(properties.registrations()).extracting((table) -> table.name() + " " + table.relation())
			.containsExactly("legacy.userprofile legacy.\"UserProfile\"", "legacy.users \"Legacy\".users");
	}

	@Test
	void refusesTwoTablesThatDevicesCannotTellApart() {
		FailureAnalysis analysis = fail("oversync.registered-tables[0].name=legacy.\"Users\"",
				"oversync.registered-tables[1].name=legacy.users");
		assertThat(analysis.getDescription()).contains("legacy.\"Users\" and legacy.users");
		assertThat(analysis.getAction()).contains("more than case");
	}

	@Test
	void refusesTwoEntriesForOneTable() {
		FailureAnalysis analysis = fail("oversync.registered-tables[0]=users",
				"oversync.registered-tables[1].name=PUBLIC.users");
		assertThat(analysis.getDescription()).contains("two entries for public.users");
	}

	@Test
	void refusesAnEntryWithoutName() {
		assertThat(fail("oversync.registered-tables[0].owner-column=owner").getDescription()).contains("has no name");
	}

	@Test
	void refusesAnEmptyOwnerColumn() {
		assertThat(fail("oversync.registered-tables[0].name=users", "oversync.registered-tables[0].owner-column=")
			.getDescription()).contains("empty owner-column");
	}

	private static List<String> names(OversyncProperties properties) {
		return properties.registrations().stream().map((table) -> table.name().toString()).toList();
	}

	private OversyncProperties bind(String... values) {
		OversyncProperties[] bound = new OversyncProperties[1];
		this.runner.withPropertyValues(values).run((context) -> bound[0] = context.getBean(OversyncProperties.class));
		return bound[0];
	}

	private FailureAnalysis fail(String... values) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		this.runner.withPropertyValues(values).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = new OversyncStartupFailureAnalyzer().analyze(context.getStartupFailure());
		});
		assertThat(analysis[0]).isNotNull();
		return analysis[0];
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(OversyncProperties.class)
	static class PropertiesConfiguration {

	}

}
