/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;

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
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

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

	private static ConsoleApplication application;

	private static ChromeDriver browser;

	@BeforeAll
	static void start() {
		application = ConsoleApplication.start(ConsoleSecurity.TokensAndOperators.class);
		seed();
		browser = Chromium.open(1280, 900);
		browser.get(application.address() + "/login");
		browser.findElement(By.name("username")).sendKeys("operator");
		browser.findElement(By.name("password")).sendKeys("secret" + Keys.ENTER);
		await().until(() -> browser.getCurrentUrl().endsWith("/oversync-console/"));
		await().until(() -> !browser.findElements(By.cssSelector("main h1")).isEmpty());
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.quit();
		}
		if (application != null) {
			application.close();
		}
	}

	/** Also violations of the content security policy are logged there. */
	@AfterEach
	void theBrowserComplainsAboutNothing() {
		assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
			.filteredOn((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.extracting(LogEntry::getMessage)
			.isEmpty();
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
		application.flushDevices();
		application.engine().devices().rename(anna, "pixel-8-4f2a", "Anna’s Pixel");
	}

	private static void open(String hash) {
		((org.openqa.selenium.JavascriptExecutor) browser)
			.executeScript("document.querySelector('main').replaceChildren(); location.hash = arguments[0];"
					+ "window.dispatchEvent(new HashChangeEvent('hashchange'))", hash);
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			WebElement main = browser.findElement(By.id("main"));
			return main.getAttribute("aria-busy") == null && !main.findElements(By.tagName("h1")).isEmpty();
		});
	}

	private static String text() {
		return browser.findElement(By.id("main")).getText();
	}

	private static void press(String label) {
		await().ignoreExceptions()
			.untilAsserted(() -> browser.findElements(By.tagName("button"))
				.stream()
				.filter((each) -> each.isDisplayed() && each.getText().equals(label))
				.findFirst()
				.orElseThrow()
				.click());
	}

	private static void shot(String name) throws IOException {
		Chromium.screenshot(browser, IMAGES.resolve(name + ".png"));
	}

	private static void emulate(int width, int height, String scheme) {
		browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
		browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	@Test
	void showsWhatTheServerDoes() throws IOException {
		emulate(1280, 900, "light");
		open("#/");
		assertThat(text()).contains("Open failures", "app.note", "Changes applied", "Epoch");
		shot("overview");
	}

	@Test
	void findsAUserAndShowsTheStream() throws IOException {
		emulate(1280, 900, "light");
		open("#/users");
		WebElement search = browser.findElement(By.name("prefix"));
		search.sendKeys("anna" + Keys.ENTER);
		await().untilAsserted(() -> assertThat(text()).contains("anna.lindqvist").doesNotContain("user-01"));
		shot("users");
		browser.findElement(By.linkText("anna.lindqvist@example.com")).click();
		await().untilAsserted(() -> assertThat(text()).contains("Anna’s Pixel", "ipad-air-91bc", "check"));
		shot("user");
		browser.findElement(By.linkText("Open the stream")).click();
		await().untilAsserted(() -> assertThat(text()).contains("Show change"));
		browser.findElement(By.cssSelector("[aria-label='Show the change at position 3']")).click();
		await().untilAsserted(
				() -> assertThat(text()).contains("Compared with version 1", "coffee and two lemons", "Hide change"));
		shot("stream");
		browser.findElement(By.linkText(SHOPPING.toString())).click();
		await().untilAsserted(() -> assertThat(text()).contains("Version 2", "Version 1", "The first version"));
		shot("row");
	}

	@Test
	void revokesADeviceAfterAConfirmation() throws IOException {
		emulate(1280, 900, "light");
		application.upload("revoked@example.com/old-phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		open("#/user?user=revoked%40example.com");
		press("Revoke");
		WebElement dialog = browser.findElement(By.id("confirm"));
		assertThat(dialog.getText()).contains("old-phone", "next request");
		assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Cancel");
		shot("confirm");
		browser.switchTo().activeElement().sendKeys(Keys.ESCAPE);
		await().untilAsserted(() -> assertThat(dialog.isDisplayed()).isFalse());
		assertThat(application.engine().devices().list("revoked@example.com").get(0).revoked()).isNull();
		press("Revoke");
		browser.switchTo().activeElement().sendKeys(Keys.TAB);
		browser.switchTo().activeElement().sendKeys(Keys.ENTER);
		await().untilAsserted(() -> assertThat(browser.findElement(By.id("status")).getText()).contains("revoked"));
		assertThat(application.engine().devices().list("revoked@example.com").get(0).revoked()).isNotNull();
		press("Let in again");
		browser.findElement(By.cssSelector("dialog .primary")).click();
		await().untilAsserted(() -> assertThat(text()).contains("let in").doesNotContain("Let in again"));
		press("Rename");
		browser.switchTo().activeElement().sendKeys("Work phone" + Keys.ENTER);
		await().untilAsserted(() -> assertThat(text()).contains("Work phone"));
		press("Forget");
		browser.findElement(By.cssSelector("dialog .danger")).click();
		await().untilAsserted(() -> assertThat(text()).contains("No device of this user was seen"));
	}

	@Test
	void retriesAFailure() throws IOException {
		emulate(1280, 900, "light");
		open("#/failures");
		assertThat(text()).contains("anna.lindqvist@example.com", "Retry all of a table");
		shot("failures");
		press("Retry");
		await().untilAsserted(
				() -> assertThat(browser.findElement(By.id("status")).getText()).contains("refused the row again"));
	}

	@Test
	void verifiesATableAndShowsWhatDiffers() throws IOException {
		emulate(1280, 900, "light");
		UUID pk = UUID.randomUUID();
		application.upload("verified@example.com/phone", pk, 0, "{\"title\":\"in the stream\"}");
		TestPostgres.execute(application.url(), "alter table app.note disable trigger user",
				"update app.note set title = 'in the table' where id = '" + pk + "'",
				"alter table app.note enable trigger user");
		open("#/verify?user=verified%40example.com");
		press("Verify");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(text()).contains("1 row differs", "other values", "title", pk.toString()));
		shot("verify");
		open("#/compaction?user=verified%40example.com");
		press("Find garbage");
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(text()).contains("nothing was removed"));
		shot("compaction");
	}

	@Test
	void showsConflictsAndEpochs() throws IOException {
		emulate(1280, 900, "light");
		open("#/conflicts");
		assertThat(text()).contains("anna.lindqvist@example.com", "version 1", "version 2");
		shot("conflicts");
		open("#/epochs");
		assertThat(text()).contains("current", "the first epoch");
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void fitsAPhone(String scheme) throws IOException {
		emulate(360, 740, scheme);
		String user = "?user=anna.lindqvist%40example.com";
		for (String page : List.of("", "users", "user" + user, "stream" + user,
				"row" + user + "&table=app.note&pk=" + SHOPPING, "conflicts", "failures", "verify", "compaction",
				"epochs")) {
			open("#/" + page);
			if (page.startsWith("stream")) {
				browser.findElement(By.cssSelector("[aria-label='Show the change at position 3']")).click();
				await().untilAsserted(() -> assertThat(text()).contains("Compared with version 1"));
			}
			Number width = (Number) browser.executeScript("return document.documentElement.scrollWidth");
			assertThat(width.intValue()).as(page).isLessThanOrEqualTo(360);
			shot("phone-" + scheme + "-" + (page.isEmpty() ? "overview" : page.replaceAll("\\?.*", "")));
		}
	}

	@Test
	void isDarkWhereTheSystemIs() throws IOException {
		emulate(1280, 900, "dark");
		open("#/stream?user=anna.lindqvist%40example.com");
		browser.findElement(By.cssSelector("[aria-label='Show the change at position 3']")).click();
		await().untilAsserted(() -> assertThat(text()).contains("Compared with version 1"));
		shot("dark-stream");
		open("#/");
		shot("dark-overview");
	}

	@Test
	void theAddressOfAPageCanBeKept() {
		emulate(1280, 900, "light");
		browser.get(URI.create(application.address() + "/oversync-console/#/epochs").toString());
		browser.navigate().refresh();
		await().ignoreExceptions().untilAsserted(() -> assertThat(text()).contains("Epochs"));
		assertThat(browser.getTitle()).isEqualTo("Epochs · Oversync console");
		assertThat(browser.findElement(By.cssSelector("[aria-current=page]")).getText()).isEqualTo("Epochs");
	}

}
