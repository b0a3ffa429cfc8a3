/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions between the engine's packages, and what they may depend on.
 */
@AnalyzeClasses(packages = "io.oversync", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule arrowsPointInOneDirection = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("protocol")
		.definedBy("io.oversync.protocol")
		.layer("catalog")
		.definedBy("io.oversync.internal.catalog")
		.layer("store")
		.definedBy("io.oversync.internal.store")
		.layer("materialize")
		.definedBy("io.oversync.materialize", "io.oversync.internal.materialize")
		.layer("upload")
		.definedBy("io.oversync.internal.upload")
		.layer("download")
		.definedBy("io.oversync.internal.download")
		.layer("service")
		.definedBy("io.oversync.service", "io.oversync.internal.service")
		.whereLayer("service")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("upload")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("download")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("materialize")
		.mayOnlyBeAccessedByLayers("upload", "service")
		.whereLayer("store")
		.mayOnlyBeAccessedByLayers("materialize", "upload", "download", "service")
		.whereLayer("catalog")
		.mayOnlyBeAccessedByLayers("store", "materialize", "upload", "download", "service");

	@ArchTest
	static final ArchRule packagesFormNoCycles = slices().matching("io.oversync.internal.(*)..")
		.should()
		.beFreeOfCycles();

	// what applications touch stays when the inside changes: the engine implements it
	@ArchTest
	static final ArchRule theInterfacesOfApplicationsDoNotKnowTheInside = noClasses().that()
		.resideInAnyPackage("io.oversync.protocol", "io.oversync.service", "io.oversync.materialize")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.oversync.internal..");

	@ArchTest
	static final ArchRule theEngineKnowsNeitherSpringBootNorTheWeb = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "org.springframework.web..", "jakarta.servlet..");

	@ArchTest
	static final ArchRule theProtocolKnowsNeitherSpringNorTheDatabase = noClasses().that()
		.resideInAPackage("io.oversync.protocol")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..", "jakarta..");

	@ArchTest
	static final ArchRule thePlannerIsPure = noClasses().that()
		.haveNameMatching(
				"io.oversync.internal.upload.(UploadPlanner|UpsertPhase|DeletePhase|DeleteEffects|PlannedRows|VersionGate|ReorderGroup|DependencyOrder)(\\$.*)?")
		.should()
		.dependOnClassesThat(DescribedPredicate.describe("know SQL, Spring, the clock or chance",
				(JavaClass type) -> type.getPackageName().startsWith("org.springframework")
						|| type.getPackageName().startsWith("java.sql") || type.getPackageName().startsWith("javax.sql")
						|| type.getPackageName().startsWith("java.time") || type.getSimpleName().equals("Random")
						|| type.getPackageName().equals("io.oversync.internal.store")));

}
