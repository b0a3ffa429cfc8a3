/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
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
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The console in a real browser. Screenshots are in {@code target/console}.
 */
@Tag("prove")
@EnabledIf(value = "io.oversync.test.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class ConsolePagesTests {

	private static final Path IMAGES = Path.of("target/console");

	private static final UUID SHOPPING = UUID.fromString("5f0c1a52-7b7e-4c39-9a0e-0d5f3a6b1c01");

	private static final UUID RECIPE = UUID.fromString("5f0c1a52-7b7e-4c39-9a0e-0d5f3a6b1c02");

	private static final String FAINT_TEXTS = """
			const parse = (color) => {
				const parts = color.match(/[\\d.]+/g).map(Number);
				return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
			};
			const luminance = (rgb) => {
				const [r, g, b] = rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
				return 0.2126 * r + 0.7152 * g + 0.0722 * b;
			};
			const background = (element) => {
				for (let e = element; e; e = e.parentElement) {
					const color = parse(getComputedStyle(e).backgroundColor);
					if (color.alpha === 1) {
						return color.rgb;
					}
				}
				return [255, 255, 255];
			};
			const faint = [];
			const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			while (texts.nextNode()) {
				const element = texts.currentNode.parentElement;
				if (texts.currentNode.data.trim() && element.checkVisibility() && !element.closest('noscript, script')) {
					const [one, other] = [luminance(parse(getComputedStyle(element).color).rgb), luminance(background(element))];
					const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
					if (ratio < 4.5) {
						faint.push(texts.currentNode.data + ': ' + ratio.toFixed(2));
					}
				}
			}
			return faint;""";

	private static final String USER = "?user=anna.lindqvist%40example.com";

	private static final List<String> PAGES = List.of("", "users", "devices", "devices?of=anna.lindqvist%40example.com",
			"user" + USER, "stream" + USER, "row" + USER + "&table=app.note&pk=" + SHOPPING, "conflicts", "failures",
			"verify", "compaction", "epochs");

	private static ConsoleApplication application;

	private static ConsoleBrowser browser;

	@BeforeAll
	static void start() {
		application = ConsoleApplication.start(ConsoleSecurity.TokensAndOperators.class,
				"oversync.upload.lock-timeout=1m", "oversync.retention.tombstones=400d");
		seed();
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

	@AfterEach
	void theBrowserComplainsAboutNothing() {
		assertThat(browser.complaints()).isEmpty();
	}

	/** So that the overview looks as on a server that has been running. */
	private static void hourOfWork() {
		Activity activity = application.activity();
		long now = System.currentTimeMillis() / 60_000;
		for (int i = 1; i < 60; i++) {
			long changes = Math
				.round(220 + 90 * Math.sin(i / 9.0) + 60 * Math.sin(i * 2.3) + ((i % 17 == 0) ? 180 : 0));
			activity.add(now - i, Activity.Measure.UPLOADS, changes / 6);
			activity.add(now - i, Activity.Measure.APPLIED, changes);
			activity.add(now - i, Activity.Measure.CONFLICTS, (i % 5 == 0) ? 9 + i % 7 : i % 3);
			activity.add(now - i, Activity.Measure.DOWNLOADS, changes / 2);
			activity.add(now - i, Activity.Measure.SENT, changes * 2);
			activity.add(now - i, Activity.Measure.ABSORBED, i % 4);
		}
	}

	private static void seed() {
		for (int i = 0; i < 40; i++) {
			application.upload("user-%02d@example.com/phone".formatted(i), UUID.randomUUID(), 0,
					"{\"title\":\"Note %d\",\"pinned\":false}".formatted(i));
		}
		String anna = "anna.lindqvist@example.com";
		application.upload(anna + "/pixel-8-4f2a", SHOPPING, 0,
				"{\"title\":\"Shopping\",\"body\":\"milk, bread\",\"pinned\":false,\"stars\":3,\"tags\":[\"home\"]}");
		application.upload(anna + "/ipad-air-91bc", RECIPE, 0,
				"{\"title\":\"Gravlax\",\"body\":\"salmon, dill, salt, sugar\",\"pinned\":true,\"stars\":5,\"tags\":[]}");
		application.upload(anna + "/ipad-air-91bc", SHOPPING, 1,
				"{\"title\":\"Shopping\",\"body\":\"milk, bread, coffee and two lemons\",\"pinned\":true,\"stars\":3.5,\"tags\":[\"home\",\"weekly\"]}");
		application.upload(anna + "/pixel-8-4f2a", SHOPPING, 1,
				"{\"title\":\"Shopping list\",\"body\":\"milk\",\"pinned\":false,\"stars\":3,\"tags\":[\"home\"]}");
		application.upload(anna + "/pixel-8-4f2a", UUID.randomUUID(), 0,
				"{\"title\":\"A title that is much longer than the sixty characters that the table allows\",\"body\":\"\"}");
		application.upload(anna + "/pixel-8-4f2a", RECIPE, 1, null);
		hourOfWork();
		application.flushDevices();
		application.engine().devices().rename(anna, "pixel-8-4f2a", "Anna’s Pixel");
	}

	private static void shot(String name) throws IOException {
		browser.shot(IMAGES.resolve(name + ".png"));
	}

	@Test
	void showsWhatTheServerDoes() throws IOException {
		browser.emulate(1280, 900, "light");
		browser.open("#/");
		assertThat(browser.text()).contains("Open failures", "app.note", "Changes applied", "Epoch");
		shot("overview");
	}

	@Test
	void findsAUserAndShowsTheStream() throws IOException {
		browser.emulate(1280, 900, "light");
		browser.open("#/users");
		WebElement search = browser.driver().findElement(By.name("prefix"));
		search.sendKeys("anna" + Keys.ENTER);
		await().untilAsserted(() -> assertThat(browser.text()).contains("anna.lindqvist").doesNotContain("user-01"));
		shot("users");
		browser.driver().findElement(By.linkText("anna.lindqvist@example.com")).click();
		await().untilAsserted(() -> assertThat(browser.text()).contains("Anna’s Pixel", "ipad-air-91bc", "check"));
		shot("user");
		browser.driver().findElement(By.linkText("Open the stream")).click();
		await().untilAsserted(() -> assertThat(browser.text()).contains("Show change"));
		browser.driver().findElement(By.cssSelector("[aria-label='Show the change at position 3']")).click();
		await().untilAsserted(() -> assertThat(browser.text()).contains("Compared with version 1",
				"coffee and two lemons", "Hide change"));
		shot("stream");
		browser.driver().findElement(By.linkText(SHOPPING.toString())).click();
		await().untilAsserted(() -> assertThat(browser.text()).contains("Version 2", "Version 1", "The first version"));
		shot("row");
	}

	@Test
	void findsADeviceAmongThousandsOfOneUser() throws IOException {
		browser.emulate(1280, 900, "light");
		application.upload("crowd@example.com/first", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		TestPostgres.execute(application.url(), "insert into sync.device (stream_id, source_id, name)"
				+ " select stream_id, 'kiosk-' || lpad(n::text, 5, '0'), case when n = 2345 then 'Lobby 100%' end"
				+ " from sync.stream, generate_series(1, 3000) n where user_id = 'crowd@example.com'");
		browser.open("#/user?user=crowd%40example.com");
		browser.awaitText("1,000 or more", "The last seen 1,000 are shown.");
		browser.driver().findElement(By.linkText("Search all devices of this user")).click();
		browser.awaitText("Device id or name has", "kiosk-00001");
		assertThat(browser.text()).doesNotContain("User id begins with");
		search("find", "KIOSK-0299");
		await().untilAsserted(() -> assertThat(browser.text()).contains("kiosk-02990", "kiosk-02999")
			.doesNotContain("kiosk-00001", "More devices"));
		search("find", "0% ");
		await().untilAsserted(() -> assertThat(browser.text()).contains("No device was found."));
		search("find", "100%");
		await().untilAsserted(() -> assertThat(browser.text()).contains("Lobby 100%", "kiosk-02345"));
		shot("devices-of-a-user");
		browser.press("Revoke");
		browser.driver().findElement(By.cssSelector("dialog .danger")).click();
		browser.awaitText("revoked");
		assertThat(browser.text()).contains("kiosk-02345");
		search("find", "kiosk");
		browser.awaitText("kiosk-00050", "More devices");
		browser.press("More devices");
		browser.awaitText("kiosk-00051", "kiosk-00100");
		browser.open("#/devices");
		search("user", "crowd");
		search("find", "lobby");
		await().untilAsserted(
				() -> assertThat(browser.text()).contains("crowd@example.com", "kiosk-02345").doesNotContain("ipad"));
		shot("devices");
		browser.emulate(360, 740, "dark");
		shot("phone-dark-devices-found");
	}

	private static void search(String field, String text) {
		WebElement input = browser.driver().findElement(By.name(field));
		input.clear();
		input.sendKeys(text + Keys.ENTER);
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(browser.driver().getCurrentUrl()).contains(field + "="));
		await().until(() -> browser.driver().findElement(By.id("main")).getDomAttribute("aria-busy") == null);
	}

	@Test
	void revokesADeviceAfterAConfirmation() throws IOException {
		browser.emulate(1280, 900, "light");
		application.upload("revoked@example.com/old-phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		browser.open("#/user?user=revoked%40example.com");
		browser.press("Revoke");
		WebElement dialog = browser.driver().findElement(By.id("confirm"));
		assertThat(dialog.getText()).contains("old-phone", "next request");
		assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Cancel");
		shot("confirm");
		browser.driver().switchTo().activeElement().sendKeys(Keys.ESCAPE);
		await().untilAsserted(() -> assertThat(dialog.isDisplayed()).isFalse());
		assertThat(application.engine().devices().list("revoked@example.com").get(0).revoked()).isNull();
		browser.press("Revoke");
		browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
		browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
		await().untilAsserted(() -> assertThat(browser.status()).contains("revoked"));
		assertThat(application.engine().devices().list("revoked@example.com").get(0).revoked()).isNotNull();
		browser.press("Let in again");
		browser.driver().findElement(By.cssSelector("dialog .primary")).click();
		await().untilAsserted(() -> assertThat(browser.text()).contains("let in").doesNotContain("Let in again"));
		browser.press("Rename");
		browser.driver().switchTo().activeElement().sendKeys("Work phone" + Keys.ENTER);
		await().untilAsserted(() -> assertThat(browser.text()).contains("Work phone"));
		browser.press("Forget");
		browser.driver().findElement(By.cssSelector("dialog .danger")).click();
		await().untilAsserted(() -> assertThat(browser.text()).contains("No device of this user was seen"));
	}

	@Test
	void retriesAFailure() throws IOException {
		browser.emulate(1280, 900, "light");
		browser.open("#/failures");
		assertThat(browser.text()).contains("anna.lindqvist@example.com", "Retry all of a table");
		shot("failures");
		browser.press("Retry");
		await().untilAsserted(() -> assertThat(browser.status()).contains("refused the row again"));
	}

	@Test
	void verifiesATableAndShowsWhatDiffers() throws IOException {
		browser.emulate(1280, 900, "light");
		UUID pk = UUID.randomUUID();
		application.upload("verified@example.com/phone", pk, 0, "{\"title\":\"in the stream\"}");
		TestPostgres.execute(application.url(), "alter table app.note disable trigger user",
				"update app.note set title = 'in the table' where id = '" + pk + "'",
				"alter table app.note enable trigger user");
		browser.open("#/verify?user=verified%40example.com");
		browser.press("Verify");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(
					() -> assertThat(browser.text()).contains("1 row differs", "other values", "title", pk.toString()));
		shot("verify");
		browser.open("#/compaction?user=verified%40example.com");
		browser.press("Find garbage");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(browser.text()).contains("0 of 0 entries up to position 0 are garbage",
					"Deleted rows that would expire"));
		shot("compaction");
	}

	@Test
	void aPreviewSaysWhichDeletedRowsWouldExpire() throws IOException {
		browser.emulate(1280, 900, "light");
		String user = "expiring@example.com";
		UUID pk = UUID.randomUUID();
		application.upload(user + "/phone", pk, 0, "{\"title\":\"x\"}");
		application.upload(user + "/phone", pk, 1, null);
		application.upload(user + "/phone", UUID.randomUUID(), 0, "{\"title\":\"y\"}");
		application.flushDevices();
		application.engine().devices().forget(user, "phone");
		TestPostgres.execute(application.url(), "update sync.change set ts = ts - interval '500 days'"
				+ " where stream_id = (select stream_id from sync.stream where user_id = '" + user + "')");
		browser.open("#/compaction?user=expiring%40example.com");
		browser.press("Find garbage");
		browser.awaitText("0 of 3 entries up to position 3 are garbage", "Deleted rows that would expire\n1");
		browser.press("Compact");
		assertThat(browser.driver().findElement(By.id("confirm")).getText()).contains("oversync.retention.tombstones");
		browser.driver().findElement(By.cssSelector("dialog .danger")).click();
		browser.awaitText("Deleted rows that expired\n1");
		shot("expired");
	}

	@Test
	void aCheckThatIsRunningIsShownAndCancelled() throws Exception {
		browser.emulate(1280, 900, "light");
		Connection held = application.hold("user-20@example.com");
		try (held) {
			browser.open("#/verify");
			browser.press("Verify");
			browser.awaitText("running", "users", "rows compared", "0 differ");
			shot("running");
			WebElement bar = browser.driver().findElement(By.tagName("progress"));
			long before = application.usersBefore("user-20@example.com");
			assertThat(before).isBetween(20L, 30L);
			await().until(() -> Double.parseDouble(bar.getDomProperty("value")) == before);
			assertThat(Double.parseDouble(bar.getDomProperty("max"))).isGreaterThan(40);
			browser.emulate(360, 740, "dark");
			shot("phone-dark-running");
			// the page is closed and opened again
			browser.open("#/epochs");
			browser.open("#/verify");
			browser.awaitText("running", "rows compared");
			browser.press("Cancel");
			browser.awaitText("Cancelling…");
			assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Cancelling…");
			held.rollback();
		}
		browser.awaitStatus("cancelled after");
		assertThat(browser.status()).containsPattern("cancelled after 2\\d of \\d\\d users, ");
		browser.awaitText("cancelled by operator");
		assertThat(browser.driver().findElements(By.tagName("progress"))).isEmpty();
		assertThat(browser.driver().switchTo().activeElement().getTagName()).isEqualTo("h1");
		shot("phone-dark-cancelled");
		browser.emulate(1280, 900, "light");
		shot("cancelled");
	}

	@Test
	void showsConflictsAndEpochs() throws IOException {
		browser.emulate(1280, 900, "light");
		browser.open("#/conflicts");
		assertThat(browser.text()).contains("anna.lindqvist@example.com", "Expected", SHOPPING.toString());
		shot("conflicts");
		browser.open("#/epochs");
		assertThat(browser.text()).contains("current", "the first epoch");
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void fitsAPhone(String scheme) throws IOException {
		browser.emulate(360, 740, scheme);
		for (String page : PAGES) {
			requireNoOverflow(page, 360);
			shot("phone-" + scheme + "-" + (page.isEmpty() ? "overview" : page.replaceAll("\\?.*", "")));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 620, 833, 1024, 1280, 1920 })
	void fitsOtherWidths(int width) {
		browser.emulate(width, 800, "light");
		PAGES.forEach((page) -> requireNoOverflow(page, width));
	}

	private static void requireNoOverflow(String page, int width) {
		browser.open("#/" + page);
		if (page.startsWith("stream")) {
			browser.showChange(3);
		}
		Number widest = (Number) browser.driver().executeScript("return document.documentElement.scrollWidth");
		assertThat(widest.intValue()).as(page).isLessThanOrEqualTo(width);
		if (width >= 1280) {
			assertThat((List<?>) browser.driver()
				.executeScript(
						"return [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
								+ ".map(e => e.textContent)"))
				.as("tables of %s that scroll", page)
				.isEmpty();
		}
	}

	/** The ratio that WCAG 2.2 asks for (AA): 4.5 to 1 for text. */
	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void textIsEasyToRead(String scheme) {
		browser.emulate(1280, 900, scheme);
		for (String page : PAGES) {
			browser.open("#/" + page);
			if (page.startsWith("stream")) {
				browser.showChange(3);
			}
			assertThat((List<?>) browser.driver().executeScript(FAINT_TEXTS)).as(page).isEmpty();
		}
	}

	@Test
	void pagesHaveHeadingsAndFieldsHaveLabels() {
		for (String page : PAGES) {
			browser.open("#/" + page);
			assertThat((List<?>) browser.driver()
				.executeScript("return [...document.querySelectorAll('input,select,button,a')].filter(e =>"
						+ " !(e.labels?.length || e.textContent.trim() || e.ariaLabel)).map(e => e.outerHTML)"))
				.as("without a label on %s", page)
				.isEmpty();
			assertThat((List<?>) browser.driver()
				.executeScript("return [...document.querySelectorAll('main h1,main h2,main h3')].map(e => e.tagName)"))
				.as("headings of %s", page)
				.first()
				.isEqualTo("H1");
			assertThat(browser.driver().findElements(By.tagName("h1"))).hasSize(1);
			assertThat((List<?>) browser.driver()
				.executeScript("return [...document.querySelectorAll('table')].filter(e => !e.caption?.textContent"
						+ " || !e.querySelector('th[scope=col]')).map(e => e.outerHTML)"))
				.as("tables without a name or headers on %s", page)
				.isEmpty();
		}
	}

	@Test
	void needsNoMouse() {
		browser.emulate(1280, 900, "light");
		application.upload("keyboard@example.com/phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		browser.open("#/");
		browser.driver().executeScript("document.activeElement.blur(); window.getSelection().removeAllRanges()");
		tabTo("Users");
		key(Keys.ENTER);
		browser.awaitText("User id begins with");
		assertThat(focused().getTagName()).isEqualTo("h1");
		key(Keys.TAB);
		key("keyboard" + Keys.ENTER);
		await()
			.untilAsserted(() -> assertThat(browser.text()).contains("keyboard@example.com").doesNotContain("user-01"));
		tabTo("keyboard@example.com");
		key(Keys.ENTER);
		browser.awaitText("Open the stream");
		tabTo("Revoke");
		key(Keys.ENTER);
		assertThat(focused().getText()).isEqualTo("Cancel");
		key(Keys.ENTER);
		await().untilAsserted(() -> assertThat(focused().getText()).isEqualTo("Revoke"));
		key(Keys.ENTER);
		key(Keys.TAB);
		key(Keys.SPACE);
		browser.awaitStatus("The device is revoked.");
		assertThat(focused().getTagName()).isEqualTo("h1");
		assertThat(browser.driver().findElement(By.id("status")).getDomAttribute("aria-live")).isEqualTo("polite");
	}

	private static WebElement focused() {
		return browser.driver().switchTo().activeElement();
	}

	private static void key(CharSequence keys) {
		new Actions(browser.driver()).sendKeys(keys).perform();
	}

	/** Each element on the way shows that it has the focus. */
	private static void tabTo(String text) {
		for (int i = 0; i < 60; i++) {
			key(Keys.TAB);
			if (focused().getTagName().equals("body")) {
				// from the end of the page to its beginning
				continue;
			}
			assertThat(focused().getCssValue("outline-style")).as(focused().getText()).isEqualTo("solid");
			if (focused().getText().equals(text)) {
				return;
			}
		}
		throw new AssertionError("The keyboard does not reach " + text);
	}

	@Test
	void isDarkWhereTheSystemIs() throws IOException {
		browser.emulate(1280, 900, "dark");
		browser.open("#/stream?user=anna.lindqvist%40example.com");
		browser.showChange(3);
		shot("dark-stream");
		browser.open("#/");
		shot("dark-overview");
	}

	@Test
	void theAddressOfAPageCanBeKept() {
		browser.emulate(1280, 900, "light");
		browser.driver().get(URI.create(application.address() + "/oversync-console/#/epochs").toString());
		browser.driver().navigate().refresh();
		await().ignoreExceptions().untilAsserted(() -> assertThat(browser.text()).contains("Epochs"));
		assertThat(browser.driver().getTitle()).isEqualTo("Epochs · Oversync console");
		assertThat(browser.driver().findElement(By.cssSelector("[aria-current=page]")).getText()).isEqualTo("Epochs");
	}

}
