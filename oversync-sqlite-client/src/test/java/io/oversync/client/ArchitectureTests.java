/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * What the client may use, so that it also runs where the JDK is not whole.
 */
@AnalyzeClasses(packages = "io.oversync.client", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule nothingOfSpringOrTheServer = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "io.oversync.protocol..", "io.oversync.internal.store..",
				"io.oversync.internal.web..");

	@ArchTest
	static final ArchRule theHttpOfTheJdkCanBeReplaced = noClasses().that()
		.doNotHaveSimpleName("JdkSyncHttp")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("java.net.http..");

	@ArchTest
	static final ArchRule theDriverCanBeReplaced = noClasses().that()
		.doNotHaveSimpleName("SyncClientBuilder")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.sqlite..");

	@ArchTest
	static final ArchRule theWireKnowsNothingOfTheDatabase = noClasses().that()
		.resideInAnyPackage("io.oversync.client.protocol..", "io.oversync.client.http..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.oversync.client", "java.sql..", "javax.sql..");

}
