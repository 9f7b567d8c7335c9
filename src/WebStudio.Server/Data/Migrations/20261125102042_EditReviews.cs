using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebStudio.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class EditReviews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "EditId",
                table: "Reviews",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Reviews_EditId",
                table: "Reviews",
                column: "EditId");

            migrationBuilder.AddForeignKey(
                name: "FK_Reviews_SavedEdits_EditId",
                table: "Reviews",
                column: "EditId",
                principalTable: "SavedEdits",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Reviews_SavedEdits_EditId",
                table: "Reviews");

            migrationBuilder.DropIndex(
                name: "IX_Reviews_EditId",
                table: "Reviews");

            migrationBuilder.DropColumn(
                name: "EditId",
                table: "Reviews");
        }
    }
}
