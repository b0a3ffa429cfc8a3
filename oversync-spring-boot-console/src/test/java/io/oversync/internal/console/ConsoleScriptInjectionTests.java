/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.oversync.test.Chromium;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.By;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What users and devices chose is shown as they wrote it, and never becomes markup: ids,
 * names, members and values of rows, messages of the database, columns.
 */
@Tag("prove")
@EnabledIf(value = "io.oversync.test.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class ConsoleScriptInjectionTests {

	private static final String FOREIGN = "main img, main script, main iframe, main style, main link, main object, main embed,"
			+ " main form[action], main [onerror], main [onload], main [onclick], main [style], main [srcdoc],"
			+ " main a:not([href^='#']), dialog img, dialog script, #status *";

	private static final String COLUMN = "c<script>window.owned=1</script>";

	private static ConsoleApplication application;

	private static ConsoleBrowser browser;

	static List<String> payloads() {
		return List.of("<script>window.owned=1</script>", "<img src=x onerror=\"window.owned=1\">",
				"\"><svg onload=window.owned=1>", "javascript:window.owned=1", "'-(window.owned=1)-'",
				"</td></tr></table><script>window.owned=1</script>", "<a href=javascript:window.owned=1>click</a>",
				"<iframe srcdoc=\"<script>parent.owned=1</script>\">", "<style>*{display:none}</style>",
				"{{constructor.constructor('window.owned=1')()}}", "${window.owned=1}",
				"<math><mtext><table><mglyph><style><img src=x onerror=window.owned=1>", "&lt;b&gt;#/users?prefix=x",
				"\u202egnp.1=denwo.wodniw", "%3Cscript%3Ewindow.owned=1%3C/script%3E", "__proto__");
	}

	@BeforeAll
	static void start() {
		application = ConsoleApplication.start(ConsoleSecurity.TokensAndOperators.class);
		TestPostgres.execute(application.url(), "alter table app.note add column \"" + COLUMN + "\" text");
		for (String payload : payloads()) {
			String user = "user " + payload;
			UUID pk = key(payload);
			application.upload(user + "/" + device(payload), pk, 0, row("title", "first"));
			application.upload(user + "/" + device(payload), pk, 1, row(payload, payload));
			application.upload(user + "/" + device(payload), pk, 7, row(payload, payload));
			application.upload(user + "/" + device(payload), UUID.randomUUID(), 0, row("title", "long".repeat(20)));
			application.flushDevices();
			application.engine().devices().rename(user, device(payload), "name " + payload);
			String literal = "'" + payload.replace("'", "''") + "'";
			TestPostgres.execute(application.url(), "update sync.materialize_failures set error = " + literal,
					"insert into sync.epoch (restored_at) values (" + literal + ")");
		}
		browser = new ConsoleBrowser(application);
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.close();
		}
		if (application != null) {
			application.close();
		}
	}

	private static UUID key(String payload) {
		return UUID.nameUUIDFromBytes(payload.getBytes(StandardCharsets.UTF_8));
	}

	/** The helper of the tests takes what follows the last slash. */
	private static String device(String payload) {
		return "device " + payload.replace('/', '\u2215');
	}

	private static String row(String member, String value) {
		return JsonMapper.shared().writeValueAsString(Map.of(member, value));
	}

	@AfterEach
	void theBrowserComplainsAboutNothing() {
		assertThat(browser.complaints()).isEmpty();
	}

	private static void requireHarmless(String... texts) {
		assertThat(browser.text()).contains(texts);
		assertThat(browser.driver().executeScript("return String(window.owned)")).isEqualTo("undefined");
		assertThat(browser.driver().findElements(By.cssSelector(FOREIGN))).isEmpty();
		assertThat(browser.driver().findElement(By.cssSelector("nav.pages")).isDisplayed()).isTrue();
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	@ParameterizedTest
	@MethodSource("payloads")
	void isShownAsItWasWritten(String payload) {
		String user = "user " + payload;
		browser.open("#/users?prefix=" + encoded(user));
		requireHarmless(user);
		browser.open("#/user?user=" + encoded(user));
		requireHarmless(user, device(payload), "name " + payload);
		browser.open("#/devices?of=" + encoded(user));
		requireHarmless(user, device(payload), "name " + payload);
		browser.open("#/devices?user=" + encoded(user) + "&find=" + encoded("name " + payload));
		requireHarmless(user, device(payload), "name " + payload);
		browser.press("Forget");
		assertThat(browser.driver().findElement(By.id("confirm")).getText()).contains("name " + payload,
				device(payload));
		requireHarmless(user);
		browser.press("Cancel");
		browser.open("#/stream?user=" + encoded(user));
		browser.showChange(2);
		requireHarmless(user, device(payload), payload);
		browser.open("#/row?user=" + encoded(user) + "&table=app.note&pk=" + key(payload));
		requireHarmless(device(payload), payload);
		browser.open("#/failures?user=" + encoded(user));
		requireHarmless(user);
		browser.press("Retry");
		browser.awaitStatus("refused the row again");
		requireHarmless(user);
		browser.open("#/verify?user=" + encoded(user));
		browser.press("Verify");
		browser.awaitText(user, "done");
		requireHarmless(user);
	}

	@Test
	void listsAreShownAsTheyWereWritten() {
		String[] payloads = payloads().toArray(String[]::new);
		browser.open("#/conflicts");
		requireHarmless(payloads);
		browser.open("#/failures");
		requireHarmless(payloads);
		browser.open("#/epochs");
		requireHarmless(payloads);
		browser.open("#/");
		requireHarmless("app.note");
	}

	@Test
	void differencesNameColumnsAsTheyAre() {
		UUID pk = UUID.randomUUID();
		application.upload("columns/phone", pk, 0, row(COLUMN, "in the stream"));
		TestPostgres.execute(application.url(), "alter table app.note disable trigger user",
				"update app.note set \"" + COLUMN + "\" = 'in the table' where id = '" + pk + "'",
				"alter table app.note enable trigger user");
		browser.open("#/verify?user=columns");
		browser.press("Verify");
		browser.awaitText("other values", COLUMN);
		requireHarmless(COLUMN);
	}

	@Test
	void evenMarkupThatGotInWouldRunNoScript() {
		browser.open("#/");
		browser.driver()
			.executeScript("const script = document.createElement('script'); script.textContent = 'window.owned = 1';"
					+ "document.head.append(script);"
					+ "document.querySelector('main').innerHTML = '<img src=\"icon.svg\" onload=\"window.owned = 1\">'");
		await().untilAsserted(
				() -> assertThat(browser.driver().executeScript("return document.querySelector('main img').complete"))
					.isEqualTo(true));
		assertThat(browser.driver().executeScript("return String(window.owned)")).isEqualTo("undefined");
		assertThat(browser.complaints()).hasSize(2).allMatch((message) -> message.contains("Content Security Policy"));
	}

	@ParameterizedTest
	@MethodSource("payloads")
	void anAddressIsNoMarkup(String payload) {
		for (String page : List.of(payload, "user?user=" + encoded(payload),
				"row?user=x&table=" + encoded(payload) + "&pk=1", "stream?user=x&before=" + encoded(payload),
				"users?prefix=" + encoded(payload), "devices?of=" + encoded(payload),
				"devices?user=" + encoded(payload) + "&find=" + encoded(payload))) {
			browser.open("#/" + page);
			assertThat(browser.driver().executeScript("return String(window.owned)")).isEqualTo("undefined");
			assertThat(browser.driver().findElements(By.cssSelector(FOREIGN))).isEmpty();
		}
		// the requests that were refused
		assertThat(browser.complaints()).allMatch((message) -> message.contains("/api/"));
	}

}
